#include "head.h"

#include <string.h>

#include "date.h"
#include "parser.h"

static const struct {
    int status;
    const char *phrase;
} phrases[] = {
    {204, "No Content"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {408, "Request Timeout"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {417, "Expectation Failed"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

/* Fields the server alone may set (RFC 9110 section 7.6.1, PEP 3333). */
static const char *const hop_by_hop[] = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
    "te",         "trailer",    "trailers",           "transfer-encoding",   "upgrade",
};

static char server_line[sizeof "Server: \r\n" + CONFIG_SOFTWARE_BYTES];

/* A native string: latin-1 text of a str, owned by it. */
struct text {
    const char *start;
    size_t length;
};

void head_start(const struct wsgi_config *config)
{
    server_line[0] = '\0';
    if (config->software != NULL && config->software[0] != '\0') {
        PyOS_snprintf(server_line, sizeof server_line, "Server: %.*s\r\n", CONFIG_SOFTWARE_BYTES, config->software);
    }
    date_start(config->realtime);
}

void head_append_standing(struct head *head)
{
    if (!head->has_server) {
        head_append(head, server_line, strlen(server_line));
    }
    if (!head->has_date) {
        const char *date = date_line();

        head_append(head, date, strlen(date));
    }
}

void head_reset(struct head *head)
{
    head->bytes = head->own;
    head->capacity = sizeof head->own;
    head->length = 0;
    head->status = 0;
    head->has_length = head->has_server = head->has_date = false;
    head->content_length = 0;
}

void head_release(struct head *head)
{
    if (head->bytes != head->own) {
        PyMem_Free(head->bytes);
    }
    head_reset(head);
}

bool head_append(struct head *head, const char *bytes, size_t length)
{
    if (length > head->capacity - head->length) {
        return false;
    }
    memcpy(head->bytes + head->length, bytes, length);
    head->length += length;
    return true;
}

/* Makes room for length bytes and the reserve.  Returns -1 with an exception set. */
static int reserve(struct head *head, size_t length)
{
    size_t needed = head->length + length + HEAD_RESERVE_BYTES;
    char *bytes;

    if (needed <= head->capacity) {
        return 0;
    }
    if (needed > HEAD_MAX_BYTES) {
        PyErr_Format(PyExc_ValueError, "the response headers are larger than %d bytes", HEAD_MAX_BYTES);
        return -1;
    }
    bytes = PyMem_Malloc(needed * 2);
    if (bytes == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(bytes, head->bytes, head->length);
    if (head->bytes != head->own) {
        PyMem_Free(head->bytes);
    }
    head->bytes = bytes;
    head->capacity = needed * 2;
    return 0;
}

/* Whether one of four bytes is a control character: looks at them at once. */
static bool have_control(uint32_t four)
{
    uint32_t below_space = (four - 0x20202020u) & ~four;
    uint32_t delete = ((four ^ 0x7f7f7f7fu) - 0x01010101u) & ~(four ^ 0x7f7f7f7fu);

    return ((below_space | delete) & 0x80808080u) != 0;
}

/* Where the first control character but the tabulator is; length if nowhere. */
static size_t find_control(const char *text, size_t length)
{
    size_t i = 0;
    uint32_t four;

    while (i + sizeof four <= length) {
        memcpy(&four, text + i, sizeof four);
        if (have_control(four)) {
            break;
        }
        i += sizeof four;
    }
    while (i < length && parser_is_value(text[i])) {
        i++;
    }
    return i;
}

/* A str of latin-1 characters. */
static int get_latin1(PyObject *object, const char *what, struct text *text)
{
    if (!PyUnicode_Check(object)) {
        PyErr_Format(PyExc_TypeError, "%s must be str, not %.80s", what, Py_TYPE(object)->tp_name);
        return -1;
    }
    if (PyUnicode_KIND(object) != PyUnicode_1BYTE_KIND) {
        PyErr_Format(PyExc_ValueError, "%s has characters beyond latin-1: %R", what, object);
        return -1;
    }
    text->start = (const char *)PyUnicode_1BYTE_DATA(object);
    text->length = (size_t)PyUnicode_GET_LENGTH(object);
    return 0;
}

/* The same without control characters but the tabulator. */
static int get_text(PyObject *object, const char *what, struct text *text)
{
    if (get_latin1(object, what, text) < 0) {
        return -1;
    }
    if (find_control(text->start, text->length) < text->length) {
        PyErr_Format(PyExc_ValueError, "%s has a control character: %R", what, object);
        return -1;
    }
    return 0;
}

static bool text_is(struct text text, const char *lower)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.start[i];

        if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lower[i]) {
            return false; /* also at the end of lower, as no text has a NUL */
        }
    }
    return lower[text.length] == '\0';
}

/* "200 OK": three digits, a space and a phrase, which may be empty. */
static int set_status(struct head *head, PyObject *object)
{
    struct text status;
    const char *digits;

    if (get_text(object, "status", &status) < 0) {
        return -1;
    }
    digits = status.start;
    if (status.length < 4 || digits[0] < '2' || digits[0] > '9' || digits[1] < '0' || digits[1] > '9' ||
        digits[2] < '0' || digits[2] > '9' || digits[3] != ' ') {
        PyErr_Format(PyExc_ValueError, "status must be like '200 OK', not %R", object);
        return -1;
    }
    if (reserve(head, status.length + 11) < 0) {
        return -1;
    }
    head->status = (uint16_t)((digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0'));
    head_append(head, "HTTP/1.1 ", 9);
    head_append(head, status.start, status.length);
    head_append(head, "\r\n", 2);
    return 0;
}

static int set_content_length(struct head *head, PyObject *object, struct text value)
{
    uint64_t length = 0;

    for (size_t i = 0; i < value.length; i++) {
        unsigned digit = (unsigned char)value.start[i] - (unsigned)'0';

        if (digit > 9 || length > (UINT64_MAX - digit) / 10) {
            value.length = 0;
        } else {
            length = length * 10 + digit;
        }
    }
    if (value.length == 0 || head->has_length) {
        PyErr_Format(PyExc_ValueError, "Content-Length is malformed or repeated: %R", object);
        return -1;
    }
    head->has_length = true;
    head->content_length = length;
    return 0;
}

static bool is_token(struct text name)
{
    return name.length > 0 && parser_token_length(name.start, name.length) == name.length;
}

static bool is_hop_by_hop(struct text name)
{
    for (unsigned i = 0; i < sizeof hop_by_hop / sizeof hop_by_hop[0]; i++) {
        if (text_is(name, hop_by_hop[i])) {
            return true;
        }
    }
    return false;
}

/* The fields that the server has a say in.  Returns 1 when the field is to be written, 0
 * when to be left out, -1 with an exception. */
static int check_special(struct head *head, PyObject *pair, struct text name, struct text value)
{
    if (text_is(name, "content-length")) {
        if (set_content_length(head, PyTuple_GET_ITEM(pair, 1), value) < 0) {
            return -1;
        }
        return head->status != 204 && head->status != 205; /* RFC 9110 sections 8.6 and 15.3.6 */
    }
    if (is_hop_by_hop(name)) {
        PyErr_Format(PyExc_ValueError, "%R is the server's to set", PyTuple_GET_ITEM(pair, 0));
        return -1;
    }
    head->has_server |= text_is(name, "server");
    head->has_date |= text_is(name, "date");
    return 1;
}

/* As check_special(). */
static int check_field(struct head *head, PyObject *pair, struct text name, struct text value)
{
    /* Lengths of the names that check_special() knows: most others need no comparison. */
    const uint32_t special = 1u << 2 | 1u << 4 | 1u << 6 | 1u << 7 | 1u << 8 | 1u << 10 | 1u << 14 | 1u << 16 |
                             1u << 17 | 1u << 18 | 1u << 19;

    if (!is_token(name)) {
        PyErr_Format(PyExc_ValueError, "not a header name: %R", PyTuple_GET_ITEM(pair, 0));
        return -1;
    }
    return name.length < 32 && (special >> name.length & 1) != 0 ? check_special(head, pair, name, value) : 1;
}

static int set_field(struct head *head, PyObject *pair)
{
    struct text name, value;
    int wanted;

    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
        PyErr_Format(PyExc_TypeError, "a response header must be a tuple (name, value), not %R", pair);
        return -1;
    }
    if (get_latin1(PyTuple_GET_ITEM(pair, 0), "a header name", &name) < 0 || /* check_field() does the rest */
        get_text(PyTuple_GET_ITEM(pair, 1), "a header value", &value) < 0) {
        return -1;
    }
    wanted = check_field(head, pair, name, value);
    if (wanted <= 0) {
        return wanted;
    }
    if (reserve(head, name.length + value.length + 4) < 0) {
        return -1;
    }
    head_append(head, name.start, name.length);
    head_append(head, ": ", 2);
    head_append(head, value.start, value.length);
    head_append(head, "\r\n", 2);
    return 0;
}

int head_set(struct head *head, PyObject *status, PyObject *fields)
{
    head_release(head);
    if (!PyList_Check(fields)) {
        PyErr_Format(PyExc_TypeError, "response headers must be a list, not %.80s", Py_TYPE(fields)->tp_name);
        return -1;
    }
    if (set_status(head, status) < 0) {
        head_release(head);
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(fields); i++) {
        /* The %R of an error may run code that changes the list: hold the pair. */
        PyObject *pair = Py_NewRef(PyList_GET_ITEM(fields, i));
        int result = set_field(head, pair);

        Py_DECREF(pair);
        if (result < 0) {
            head_release(head);
            return -1;
        }
    }
    return 0;
}

static const char *phrase_of(int status)
{
    for (unsigned i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (phrases[i].status == status) {
            return phrases[i].phrase;
        }
    }
    return "Error";
}

void head_set_plain(struct head *head, int status, const char *text, const char *location, bool with_body,
                    bool keep_alive)
{
    static const char close[] = "Connection: close\r\n";
    const char *phrase = phrase_of(status);
    size_t length = strlen(text), room = HEAD_OWN_BYTES - 2 * HEAD_RESERVE_BYTES;
    int n;

    head_release(head);
    n = PyOS_snprintf(head->own, sizeof head->own, "HTTP/1.1 %d %s\r\n", status, phrase);
    head->length = (size_t)n;
    head_append_standing(head);
    if (location != NULL) {
        n = PyOS_snprintf(head->own + head->length, sizeof head->own - head->length, "Location: %s\r\n", location);
        head->length += (size_t)n;
        room = 0; /* it may have taken all; the address is enough */
    }
    if (!keep_alive) {
        head_append(head, close, sizeof close - 1);
    }
    length = length < room ? length : room;
    if (status != 204) {
        n = PyOS_snprintf(head->own + head->length, sizeof head->own - head->length,
                          "Content-Type: text/plain; charset=utf-8\r\nContent-Length: %u\r\n", (unsigned)length + 1);
        head->length += (size_t)n;
    }
    head_append(head, "\r\n", 2);
    if (with_body && status != 204) {
        head_append(head, text, length);
        head_append(head, "\n", 1);
    }
}
