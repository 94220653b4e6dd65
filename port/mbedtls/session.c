#include "session.h"

#include "mbedtls/platform.h"
#include "mbedtls/platform_util.h"

enum { HIDDEN_ALERT_BYTES = 5 + 2 + 1 + 16 }; /* head, alert, type, tag */

static int lower_recv(void *ctx, unsigned char *buf, size_t len)
{
    struct session *session = ctx;
    int got = session->lower.ops->recv(session->lower.ctx, buf, len);
    session->at_end |= got < 0;
    if (got == TRANSPORT_CLOSED)
        return 0;
    if (got < 0)
        return MBEDTLS_ERR_SSL_CONN_EOF;
    return got == 0 ? MBEDTLS_ERR_SSL_WANT_READ : got;
}

/* Whether a record holds an alert.  TLS 1.3 hides its type, but nothing else of a handshake is as short. */
static bool is_alert(const unsigned char *record, size_t length)
{
    return record[0] == MBEDTLS_SSL_MSG_ALERT ||
           (record[0] == MBEDTLS_SSL_MSG_APPLICATION_DATA && length == HIDDEN_ALERT_BYTES);
}

static int lower_send(void *ctx, const unsigned char *buf, size_t len)
{
    struct session *session = ctx;
    int sent = session->lower.ops->send(session->lower.ctx, buf, len, session->more);
    session->told |= is_alert(buf, len);
    if (sent < 0)
        return MBEDTLS_ERR_SSL_CONN_EOF;
    return sent == 0 ? MBEDTLS_ERR_SSL_WANT_WRITE : sent;
}

static void push(struct session *session)
{
    session->lower.ops->send(session->lower.ctx, "", 0, false);
}

int session_begin(struct session *session, const mbedtls_ssl_config *config)
{
    arena_make(&session->arena, session->memory, sizeof session->memory);
    session->texts = NULL;
    session->unsent = 0;
    session->more = true;
    session->at_end = session->failed = session->described = false;
    mbedtls_ssl_init(&session->ssl);
    struct arena *before = arena_enter(&session->arena);
    int error = mbedtls_ssl_setup(&session->ssl, config);
    arena_enter(before);
    mbedtls_ssl_set_bio(&session->ssl, session, lower_send, lower_recv, NULL);
    return error;
}

static bool must_wait(int result)
{
    return result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE;
}

/* Returns 0, or an error: the client is not who it should be, or there is no memory to say who it is. */
static int describe(struct session *session)
{
    session->variables[0] = (struct transport_variable){"SSL_PROTOCOL", mbedtls_ssl_get_version(&session->ssl)};
    session->variables[1] = (struct transport_variable){"SSL_CIPHER", mbedtls_ssl_get_ciphersuite(&session->ssl)};
    return peer_describe(&session->ssl, session->variables + 2, &session->texts);
}

static unsigned char reason(const struct session *session, int error)
{
    if (error == MBEDTLS_ERR_SSL_ALLOC_FAILED)
        return MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR;
    if (error == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED)
        return MBEDTLS_SSL_ALERT_MSG_BAD_CERT;
    if (error == MBEDTLS_ERR_SSL_INVALID_MAC)
        return MBEDTLS_SSL_ALERT_MSG_BAD_RECORD_MAC;
    return mbedtls_ssl_is_handshake_over((mbedtls_ssl_context *)&session->ssl)
               ? MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE
               : MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE;
}

/* mbedTLS sends an alert when it fails, but has none for some failures: no group in common, no memory, a record that is
 * spoilt or too large. */
static void say_why(struct session *session, int error)
{
    if (session->told || error == MBEDTLS_ERR_SSL_CONN_EOF || error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE)
        return;
    int result = 0;
    for (int i = 0; i < 2 && result == 0 && !session->told;
         i++) /* the first may only have sent what waited before it */
        result = mbedtls_ssl_send_alert_message(&session->ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL, reason(session, error));
}

/* With the ticket of TLS 1.3 sent, of which mbedtls_ssl_is_handshake_over() knows nothing: left to mbedtls_ssl_read(), a
 * ticket that fails for want of a random number (its result is 1) would count as a byte that was read. */
static bool is_over(const struct session *session)
{
    return session->ssl.MBEDTLS_PRIVATE(state) == MBEDTLS_SSL_HANDSHAKE_OVER;
}

int session_handshake(struct session *session, bool *busy)
{
    struct arena *before = arena_enter(&session->arena);
    session->told = false;
    int result = mbedtls_ssl_handshake_step(&session->ssl);
    if (result == 0 && !session->described && mbedtls_ssl_is_handshake_over(&session->ssl)) {
        session->told = false;
        session->described = true;
        result = describe(session); /* who is not who it should be gets no ticket */
    }
    bool over = result == 0 && is_over(session);
    if (result != 0 && !must_wait(result))
        say_why(session, result);
    arena_enter(before);
    *busy = result == 0;
    if (result != 0 || over)
        push(session); /* a flight ends where the client has to answer */
    if (result != 0 && !must_wait(result))
        return -1;
    return over ? 1 : 0;
}

/* Sends the rest of a record that was begun.  Returns 1, 0 for "not now", or TRANSPORT_RESET. */
static int flush(struct session *session)
{
    if (session->unsent == 0)
        return 1;
    /* While a record waits, mbedTLS sends that and looks at nothing else it is given. */
    int result = mbedtls_ssl_write(&session->ssl, (const unsigned char *)"", session->unsent);
    if (must_wait(result))
        return 0;
    session->unsent = 0;
    return result < 0 ? TRANSPORT_RESET : 1;
}

static int recv_within(struct session *session, void *buf, size_t len)
{
    int result;
    if (flush(session) < 0)
        return TRANSPORT_RESET;
    session->told = false;
    do /* 0 is also a record without content, of which mbedTLS takes three in a row */
        result = mbedtls_ssl_read(&session->ssl, buf, len);
    while (result == 0 && !session->at_end);
    if (result > 0)
        return result;
    if (must_wait(result))
        return 0;
    /* Without close_notify as well: HTTP knows by itself where a message ends. */
    if (result == 0 || result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY || result == MBEDTLS_ERR_SSL_CONN_EOF)
        return TRANSPORT_CLOSED;
    say_why(session, result);
    session->failed = true;
    return TRANSPORT_RESET;
}

int session_recv(struct session *session, void *buf, size_t len)
{
    struct arena *before = arena_enter(&session->arena);
    int result = recv_within(session, buf, len);
    arena_enter(before);
    return result;
}

/* Makes a record of as much as fits in one.  It counts as taken even when the transport below has no room for it now. */
static int send_within(struct session *session, const void *buf, size_t len)
{
    int ready = flush(session);
    if (ready <= 0 || len == 0)
        return ready < 0 ? ready : 0;
    int most = mbedtls_ssl_get_max_out_record_payload(&session->ssl);
    size_t n = most > 0 && len > (size_t)most ? (size_t)most : len;
    int result = mbedtls_ssl_write(&session->ssl, buf, n);
    if (result == MBEDTLS_ERR_SSL_WANT_WRITE)
        session->unsent = n;
    else if (result < 0)
        return must_wait(result) ? 0 : TRANSPORT_RESET;
    return (int)n;
}

int session_send(struct session *session, const void *buf, size_t len, bool more)
{
    struct arena *before = arena_enter(&session->arena);
    session->more = true;
    int result = send_within(session, buf, len);
    arena_enter(before);
    if (!more || (result >= 0 && (size_t)result < len))
        push(session);
    return result;
}

bool session_finish(struct session *session)
{
    struct arena *before = arena_enter(&session->arena);
    session->more = false;
    int ready = flush(session);
    int result = ready > 0 ? mbedtls_ssl_close_notify(&session->ssl) : 0;
    arena_enter(before);
    push(session);
    return ready < 0 || (ready > 0 && !must_wait(result));
}

void session_end(struct session *session)
{
    struct arena *before = arena_enter(&session->arena);
    mbedtls_ssl_free(&session->ssl);
    mbedtls_free(session->texts);
    arena_enter(before);
    mbedtls_platform_zeroize(session->memory, sizeof session->memory);
    session->state = SESSION_FREE;
}
