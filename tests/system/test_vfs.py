"""The device's files, seen by Python: /rom, /tmp and /dev, descriptors, clocks."""

from device import Device, DeviceTest

device = Device("tests/system/apps/vfs")


def setUpModule() -> None:
    device.start()


def tearDownModule() -> None:
    device.stop()


class VfsTest(DeviceTest):
    device = device

    def check(self, name: str) -> None:
        """Has the app run one of its checks."""
        self.assertEqual(self.device.get(f"/{name}").body.decode(), "ok")

    def test_named_temporary_files(self):
        self.check("named_temporary_file")

    def test_temporary_files_without_a_name(self):
        self.check("temporary_file")

    def test_temporary_files_that_start_in_memory(self):
        self.check("spooled_temporary_file")

    def test_temporary_directories(self):
        self.check("temporary_directory")

    def test_tmp_has_a_cap_and_recovers(self):
        for _ in range(3):
            self.check("full")

    def test_modes_of_open(self):
        self.check("modes")

    def test_rom_can_be_read_and_not_written(self):
        self.check("rom")

    def test_devices(self):
        self.check("devices")

    def test_clocks(self):
        self.check("clocks")

    def test_descriptors_run_out_and_come_back(self):
        for _ in range(2):
            self.check("descriptors")
