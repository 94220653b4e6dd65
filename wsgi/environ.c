#include "environ.h"

#include <string.h>

#include "filewrapper.h"

/* Keys (and one value) that every request needs, interned once. */
enum name {
    NAME_REQUEST_METHOD,
    NAME_PATH_INFO,
    NAME_QUERY_STRING,
    NAME_SERVER_PROTOCOL,
    NAME_SERVER_PORT,
    NAME_REMOTE_ADDR,
    NAME_REMOTE_PORT,
    NAME_CONTENT_TYPE,
    NAME_CONTENT_LENGTH,
    NAME_HTTP_HOST,
    NAME_HTTP_COOKIE,
    NAME_INPUT,
    NAME_URL_SCHEME,
    NAME_HTTPS,
    NAME_HTTP_1_0,
    NAME_HTTP_1_1,
    NAME_COUNT,
};

static const char *const name_texts[NAME_COUNT] = {
    [NAME_REQUEST_METHOD] = "REQUEST_METHOD",
    [NAME_PATH_INFO] = "PATH_INFO",
    [NAME_QUERY_STRING] = "QUERY_STRING",
    [NAME_SERVER_PROTOCOL] = "SERVER_PROTOCOL",
    [NAME_SERVER_PORT] = "SERVER_PORT",
    [NAME_REMOTE_ADDR] = "REMOTE_ADDR",
    [NAME_REMOTE_PORT] = "REMOTE_PORT",
    [NAME_CONTENT_TYPE] = "CONTENT_TYPE",
    [NAME_CONTENT_LENGTH] = "CONTENT_LENGTH",
    [NAME_HTTP_HOST] = "HTTP_HOST",
    [NAME_HTTP_COOKIE] = "HTTP_COOKIE",
    [NAME_INPUT] = "wsgi.input",
    [NAME_URL_SCHEME] = "wsgi.url_scheme",
    [NAME_HTTPS] = "HTTPS",
    [NAME_HTTP_1_0] = "HTTP/1.0",
    [NAME_HTTP_1_1] = "HTTP/1.1",
};

enum {
    CACHE_SLOTS = 128, /* strings remembered: methods, addresses and header names clients repeat */
    CACHE_BYTES = 48,  /* bytes of the longest one remembered */
};

static PyObject *names[NAME_COUNT];
/* What every request sets, and what makes a dict with them so large that a browser's fields find room. */
static const enum name always_set[] = {NAME_REQUEST_METHOD, NAME_PATH_INFO,   NAME_QUERY_STRING, NAME_SERVER_PROTOCOL,
                                       NAME_REMOTE_ADDR,    NAME_REMOTE_PORT, NAME_INPUT};
static const enum name room_makers[] = {NAME_CONTENT_TYPE, NAME_CONTENT_LENGTH, NAME_HTTP_HOST};

static PyObject *cache[CACHE_SLOTS];
/* What is copied for a request: what never changes, what most requests have, and the client of the last one, since the
 * next is often its too. */
static PyObject *template;
static uint16_t template_port;
static struct {
    char address[sizeof((struct transport *)NULL)->peer_address];
    uint16_t port;
    bool known;
} template_peer;

static PyObject *text_of(struct slice slice)
{
    return PyUnicode_DecodeLatin1(slice.start, (Py_ssize_t)slice.length, NULL);
}

/* The first of two slots for a string.  Few of its characters tell those apart that clients
 * send, and two slots bear with what they do not. */
static PyObject **slots_of(const char *text, size_t length)
{
    const unsigned char *c = (const unsigned char *)text;
    uint32_t hash = (uint32_t)length;

    if (length > 1) {
        hash += c[length - 1] * 5u + c[length - 2] * 17u + c[length / 2] * 13u + c[length * 3 / 4] * 29u;
    }
    return &cache[hash % (CACHE_SLOTS / 2) * 2];
}

static bool text_equals(PyObject *object, const char *text, size_t length)
{
    return object != NULL && (size_t)PyUnicode_GET_LENGTH(object) == length &&
           memcmp(PyUnicode_1BYTE_DATA(object), text, length) == 0;
}

/* An ASCII string that is likely to come again.  Of two slots whoever came last has the
 * first, so no client can make the cache grow.  Returns a new reference. */
static PyObject *cached_text(const char *text, size_t length)
{
    PyObject **slots = slots_of(text, length);
    PyObject *found;

    for (unsigned i = 0; i < 2; i++) {
        if (text_equals(slots[i], text, length)) {
            return Py_NewRef(slots[i]);
        }
    }
    found = PyUnicode_DecodeLatin1(text, (Py_ssize_t)length, NULL);
    if (found != NULL) {
        Py_XSETREF(slots[1], slots[0]);
        slots[0] = Py_NewRef(found);
    }
    return found;
}

/* "Accept-Language" -> "HTTP_ACCEPT_LANGUAGE". */
static void write_field_key(char *key, struct slice name)
{
    memcpy(key, "HTTP_", 5);
    for (size_t i = 0; i < name.length; i++) {
        char c = name.start[i];

        key[5 + i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c == '-' ? '_' : c;
    }
}

static PyObject *field_key(struct slice name)
{
    char key[CACHE_BYTES];
    PyObject *text;

    if (name.length == 12 && slice_is(name, "content-type")) {
        return Py_NewRef(names[NAME_CONTENT_TYPE]);
    }
    if (name.length == 14 && slice_is(name, "content-length")) {
        return Py_NewRef(names[NAME_CONTENT_LENGTH]);
    }
    if (name.length + 5 <= sizeof key) {
        write_field_key(key, name);
        return cached_text(key, name.length + 5);
    }
    text = PyUnicode_New((Py_ssize_t)name.length + 5, 127);
    if (text != NULL) {
        write_field_key((char *)PyUnicode_1BYTE_DATA(text), name);
    }
    return text;
}

/* Sets key to value; a repeated field is joined to a list (RFC 9110 section 5.3). */
static int put_field(PyObject *environ, PyObject *key, PyObject *value)
{
    PyObject *first = PyDict_SetDefault(environ, key, value); /* borrowed */
    PyObject *joined;
    int result;

    if (first == NULL) {
        return -1;
    }
    if (first == value) {
        return 0;
    }
    joined =
        PyUnicode_FromFormat(PyUnicode_Compare(key, names[NAME_HTTP_COOKIE]) == 0 ? "%U; %U" : "%U, %U", first, value);
    if (joined == NULL) {
        return -1;
    }
    result = PyDict_SetItem(environ, key, joined);
    Py_DECREF(joined);
    return result;
}

/* Takes over the reference to value, which may be NULL after an error. */
static int put(PyObject *environ, enum name name, PyObject *value)
{
    int result;

    if (value == NULL) {
        return -1;
    }
    result = PyDict_SetItem(environ, names[name], value);
    Py_DECREF(value);
    return result;
}

/* X_Forwarded_For would pass for X-Forwarded-For.  And what Transfer-Encoding said is done:
 * who reads wsgi.input gets no chunks (RFC 9112 section 7.1.3). */
static bool is_hidden(const struct field *field)
{
    return memchr(field->name.start, '_', field->name.length) != NULL ||
           (field->name.length == 17 && slice_is(field->name, "transfer-encoding"));
}

static int put_fields(PyObject *environ, const struct request *request)
{
    for (unsigned i = 0; i < request->field_count; i++) {
        const struct field *field = &request->fields[i];
        PyObject *key, *value;
        int result = -1;

        if (is_hidden(field)) {
            continue;
        }
        key = field_key(field->name);
        value = text_of(field->value);
        if (key != NULL && value != NULL) {
            result = put_field(environ, key, value);
        }
        Py_XDECREF(key);
        Py_XDECREF(value);
        if (result < 0) {
            return -1;
        }
    }
    return request->absolute ? put(environ, NAME_HTTP_HOST, text_of(request->host)) : 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte at *p, percent-decoded; advances *p.  What is no valid escape stands for
 * itself, as browsers send it and other servers take it. */
static unsigned char next_byte(const char **p, const char *end)
{
    const char *at = *p;

    if (*at == '%' && end - at > 2 && hex_digit(at[1]) >= 0 && hex_digit(at[2]) >= 0) {
        *p = at + 3;
        return (unsigned char)(hex_digit(at[1]) << 4 | hex_digit(at[2]));
    }
    *p = at + 1;
    return (unsigned char)*at;
}

static PyObject *decode_path(struct slice path)
{
    const char *end = path.start + path.length;
    const char *p = path.start;
    Py_ssize_t length = 0;
    Py_UCS4 highest = 0;
    PyObject *text;
    Py_UCS1 *to;

    if (memchr(path.start, '%', path.length) == NULL) {
        return text_of(path);
    }
    while (p < end) {
        unsigned char byte = next_byte(&p, end);

        highest |= byte; /* only whether it is above 127 matters */
        length++;
    }
    text = PyUnicode_New(length, highest > 127 ? 255 : 127);
    if (text == NULL) {
        return NULL;
    }
    to = PyUnicode_1BYTE_DATA(text);
    for (p = path.start; p < end;) {
        *to++ = next_byte(&p, end);
    }
    return text;
}

static PyObject *number_text(uint64_t number)
{
    char digits[20];
    size_t n = sizeof digits;
    uint32_t low;

    for (; number > UINT32_MAX; number /= 10) {
        digits[--n] = (char)('0' + number % 10);
    }
    low = (uint32_t)number; /* which a processor of 32 bits divides by itself */
    do {
        digits[--n] = (char)('0' + low % 10);
        low /= 10;
    } while (low > 0);
    return cached_text(digits + n, sizeof digits - n);
}

/* What the transport has to tell besides, under its own names. */
static int put_variables(PyObject *environ, const struct transport_variable *variable)
{
    for (; variable != NULL && variable->name != NULL; variable++) {
        PyObject *value = cached_text(variable->value, strlen(variable->value));
        int result = value == NULL ? -1 : PyDict_SetItemString(environ, variable->name, value);

        Py_XDECREF(value);
        if (result < 0) {
            return -1;
        }
    }
    return 0;
}

/* HTTPS=on is what mod_ssl says, and libraries look for. */
static int put_scheme(PyObject *environ, const char *scheme)
{
    if (strcmp(scheme, "http") == 0) {
        return 0;
    }
    if (strcmp(scheme, "https") == 0 && put(environ, NAME_HTTPS, cached_text("on", 2)) < 0) {
        return -1;
    }
    return put(environ, NAME_URL_SCHEME, PyUnicode_FromString(scheme));
}

static int know_peer(const struct transport *transport)
{
    if (template_peer.known && template_peer.port == transport->peer_port &&
        strcmp(template_peer.address, transport->peer_address) == 0) {
        return 0;
    }
    template_peer.known = false; /* one of the two may fail */
    if (put(template, NAME_REMOTE_ADDR, cached_text(transport->peer_address, strlen(transport->peer_address))) < 0 ||
        put(template, NAME_REMOTE_PORT, number_text(transport->peer_port)) < 0) {
        return -1;
    }
    memcpy(template_peer.address, transport->peer_address, sizeof template_peer.address);
    template_peer.port = transport->peer_port;
    template_peer.known = true;
    return 0;
}

/* Scheme and port differ from the template's when there is a second listener. */
static int put_transport(PyObject *environ, const struct transport *transport)
{
    if (put_scheme(environ, transport->scheme) < 0 || put_variables(environ, transport->variables) < 0) {
        return -1;
    }
    if (transport->local_port == 0 || transport->local_port == template_port) {
        return 0;
    }
    return put(environ, NAME_SERVER_PORT, number_text(transport->local_port));
}

static bool is_get(struct slice method)
{
    return method.length == 3 && memcmp(method.start, "GET", 3) == 0;
}

/* What the template has is left as it is: GET, no query, HTTP/1.1. */
static int put_request(PyObject *environ, const struct request *request)
{
    if (!is_get(request->method) &&
        put(environ, NAME_REQUEST_METHOD, cached_text(request->method.start, request->method.length)) < 0) {
        return -1;
    }
    if (request->query.length > 0 && put(environ, NAME_QUERY_STRING, text_of(request->query)) < 0) {
        return -1;
    }
    if (request->minor == 0 && put(environ, NAME_SERVER_PROTOCOL, Py_NewRef(names[NAME_HTTP_1_0])) < 0) {
        return -1;
    }
    return put(environ, NAME_PATH_INFO, decode_path(request->path)) < 0 ? -1 : put_fields(environ, request);
}

/* A chunked body that is all here has a length after all, which many applications want. */
static int put_length(PyObject *environ, const struct connection *connection)
{
    uint64_t left = connection_body_left(connection);

    if (!connection->parser.request.chunked || left == UINT64_MAX) {
        return 0;
    }
    return put(environ, NAME_CONTENT_LENGTH, number_text(left));
}

PyObject *environ_build(const struct connection *connection, PyObject *input)
{
    PyObject *environ = know_peer(&connection->transport) < 0 ? NULL : PyDict_Copy(template);

    if (environ == NULL) {
        return NULL;
    }
    if (put_request(environ, &connection->parser.request) < 0 || put_length(environ, connection) < 0 ||
        put_transport(environ, &connection->transport) < 0 || put(environ, NAME_INPUT, Py_NewRef(input)) < 0) {
        Py_DECREF(environ);
        return NULL;
    }
    return environ;
}

static int make_names(void)
{
    for (unsigned i = 0; i < NAME_COUNT; i++) {
        if (names[i] == NULL) {
            names[i] = PyUnicode_InternFromString(name_texts[i]);
        }
        if (names[i] == NULL) {
            return -1;
        }
    }
    return 0;
}

/* A copied dict has the table of its original: with the keys in it that every request sets,
 * and with room, a copy needs not grow. */
static int make_room(void)
{
    for (unsigned i = 0; i < sizeof always_set / sizeof always_set[0]; i++) {
        if (PyDict_SetItem(template, names[always_set[i]], Py_None) < 0) {
            return -1;
        }
    }
    for (unsigned i = 0; i < sizeof room_makers / sizeof room_makers[0]; i++) {
        if (PyDict_SetItem(template, names[room_makers[i]], Py_None) < 0) {
            return -1;
        }
    }
    for (unsigned i = 0; i < sizeof room_makers / sizeof room_makers[0]; i++) {
        if (PyDict_DelItem(template, names[room_makers[i]]) < 0) {
            return -1;
        }
    }
    return put(template, NAME_REQUEST_METHOD, cached_text("GET", 3)) < 0 ||
                   put(template, NAME_QUERY_STRING, cached_text("", 0)) < 0 ||
                   put(template, NAME_SERVER_PROTOCOL, Py_NewRef(names[NAME_HTTP_1_1])) < 0
               ? -1
               : 0;
}

int environ_start(const struct wsgi_config *config)
{
    PyObject *errors = PySys_GetObject("stderr"); /* borrowed */

    environ_stop();
    template_port = config->port;
    if (make_names() < 0) {
        return -1;
    }
    if (errors == NULL || errors == Py_None) {
        PyErr_SetString(PyExc_RuntimeError, "sys.stderr is missing; wsgi.errors needs it");
        return -1;
    }
    /* SERVER_PORT is a string (PEP 3333).  input_terminated is the usual extension that
     * says that reading wsgi.input ends at the end of the body. */
    /* clang-format off */
    template = Py_BuildValue("{s:s,s:s,s:N,s:s,s:(ii),s:s,s:O,s:O,s:O,s:O,s:O,s:O}",
                             "SCRIPT_NAME", "", "SERVER_NAME", config->server_name,
                             "SERVER_PORT", PyUnicode_FromFormat("%u", (unsigned)config->port),
                             "SERVER_SOFTWARE", "hipflask", "wsgi.version", 1, 0,
                             "wsgi.url_scheme", "http", "wsgi.errors", errors,
                             "wsgi.multithread", Py_False, "wsgi.multiprocess", Py_False,
                             "wsgi.run_once", Py_False, "wsgi.input_terminated", Py_True,
                             "wsgi.file_wrapper", filewrapper_type());
    /* clang-format on */
    return template == NULL ? -1 : make_room();
}

void environ_stop(void)
{
    Py_CLEAR(template);
    template_peer.known = false;
    for (unsigned i = 0; i < NAME_COUNT; i++) {
        Py_CLEAR(names[i]);
    }
    for (unsigned i = 0; i < CACHE_SLOTS; i++) {
        Py_CLEAR(cache[i]);
    }
}
