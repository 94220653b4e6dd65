"""Uses the device's files with the standard library's own tools: one check a path."""

import errno
import glob
import os
import pathlib
import shutil
import tempfile
import time
import traceback


def expect(number, call, *arguments):
    """Calls and wants an OSError with that errno."""
    try:
        call(*arguments)
    except OSError as error:
        assert error.errno == number, error
    else:
        raise AssertionError(f"no error {errno.errorcode[number]}")


def named_temporary_file():
    with tempfile.NamedTemporaryFile("w+", suffix=".txt") as file:
        file.write("hello")
        file.flush()
        with open(file.name) as again:
            assert again.read() == "hello"
    assert not os.path.exists(file.name)


def temporary_file():
    with tempfile.TemporaryFile() as file:
        file.write(b"x" * 100_000)
        file.seek(-3, os.SEEK_END)
        assert file.read() == b"xxx"


def spooled_temporary_file():
    with tempfile.SpooledTemporaryFile(max_size=1000) as file:
        file.write(b"x" * 2000)
        assert file._rolled
        file.seek(0)
        assert file.read() == b"x" * 2000


def temporary_directory():
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name)
        os.makedirs(top / "a" / "b")
        for i in range(20):
            (top / "a" / f"{i}.txt").write_text(str(i))
        assert len(glob.glob(name + "/a/*.txt")) == 20
        assert sorted(path.name for path in top.rglob("1*.txt"))[:2] == ["1.txt", "10.txt"]
        assert [len(files) for _, _, files in os.walk(name)] == [0, 20, 0]
        shutil.copytree(top / "a", top / "c")
        shutil.move(top / "c", top / "d")
        assert len(os.listdir(top / "d")) == 21
        os.utime(top / "a", (5, 6))
        assert (top / "a").stat().st_mtime == 6
    assert not top.exists()


def full():
    file = tempfile.TemporaryFile(buffering=0)
    written = 0
    try:
        while True:
            written += file.write(b"y" * 65536)
    except OSError as error:
        assert error.errno == errno.ENOSPC, error
    assert 1_900_000 < written < 2_097_152, written
    file.close()
    temporary_file()


def modes():
    with open("/tmp/m", "x") as file:
        file.write("1")
    expect(errno.EEXIST, open, "/tmp/m", "x")
    with open("/tmp/m", "a+") as file:
        file.write("2")
        file.seek(0)
        assert file.read() == "12"
    with open("/tmp/m", "r+b") as file:
        file.truncate(1)
        file.seek(5)
        file.write(b"3")
    assert pathlib.Path("/tmp/m").read_bytes() == b"1\0\0\0\0003"
    first = os.open("/tmp/m", os.O_RDONLY)
    copy = os.dup(first)
    os.close(first)
    assert os.read(copy, 1) == b"1"
    os.close(copy)
    os.replace("/tmp/m", "/tmp/n")
    os.remove("/tmp/n")


def rom():
    assert sorted(os.listdir("/")) == ["dev", "rom", "tmp"], os.listdir("/")
    assert os.getcwd() == "/rom/app", os.getcwd()
    assert __file__ == "/rom/app/app.pyc", __file__
    data = pathlib.Path("data.txt")
    assert data.read_text() == "data\n"
    assert data.is_file() and os.path.isdir(".") and not os.path.exists("none")
    assert os.path.realpath("../lib/../app/data.txt") == "/rom/app/data.txt"
    assert os.access(data, os.R_OK) and not os.access(data, os.W_OK)
    expect(errno.EISDIR, open, "/rom/app")
    expect(errno.ENOTDIR, open, "data.txt/more")
    expect(errno.EROFS, open, "new", "w")
    expect(errno.EROFS, os.mkdir, "new")
    expect(errno.EROFS, os.remove, data)
    shutil.copy2(data, "/tmp/copy")
    assert os.stat("/tmp/copy").st_mtime == data.stat().st_mtime > 1_700_000_000
    os.remove("/tmp/copy")


def devices():
    assert len(os.urandom(300)) == 300 and os.urandom(16) != os.urandom(16)
    assert pathlib.Path("/dev/null").read_bytes() == b""
    pathlib.Path("/dev/null").write_text("x")
    with open("/dev/urandom", "rb") as file:
        assert len(set(file.read(100))) > 30


def clocks():
    start = time.monotonic()
    time.sleep(0.05)
    assert 0.05 <= time.monotonic() - start < 5
    assert time.time() > 1_700_000_000
    assert time.process_time() > 0
    assert time.localtime().tm_year > 2022


def descriptors():
    files = []
    try:
        while True:
            files.append(open("/dev/null"))
    except OSError as error:
        assert error.errno == errno.EMFILE, error
    for file in files:
        file.close()
    assert len(files) > 20


CHECKS = {check.__name__: check for check in (
    named_temporary_file, temporary_file, spooled_temporary_file, temporary_directory, full, modes, rom, devices,
    clocks, descriptors)}


def app(environ, start_response):
    """Runs the check that the path names; answers with "ok" or the traceback."""
    try:
        CHECKS[environ["PATH_INFO"].removeprefix("/")]()
        text = "ok"
    except Exception:
        text = traceback.format_exc()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [text.encode()]
