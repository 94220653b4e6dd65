#include "tls.h"

#include <stdio.h>
#include <string.h>

#include "identity.h"
#include "mbedtls/ssl_ciphersuites.h"
#include "port.h"
#include "psa/crypto.h"
#include "random.h"
#include "session.h"
#include "tickets.h"

enum {
    HANDSHAKE_MS = 10000,            /* milliseconds from accepting a client to the end of its handshake */
    CONTENDED_MS = 3000,             /* the same while another client waits for a session */
    CLOSE_MS = 10000,                /* milliseconds in which a closed session's last bytes must leave */
    SHARED_BYTES = TLS_SHARED_BYTES, /* for what outlives sessions: certificate, key, tickets */
    ADDRESS_BYTES = 16,
};

static struct {
    mbedtls_ssl_config config;
    struct identity identity;
    mbedtls_x509_crt client_ca;
    int64_t (*realtime)(void);
    struct arena arena;
    int (*accept)(const struct transport *transport);
    bool started;
    bool wanted; /* a client waits for a session */
    bool quiet;  /* all sessions are free or the dispatcher's, and poll() has nothing to do */
    struct tls_use use;
} service;
static struct session sessions[TLS_SESSIONS];
static _Alignas(16) uint8_t shared[SHARED_BYTES];

/* In the order of their cost without hardware for AES. */
static const int suites[] = {
    MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, /* with tls_config_credentials.h */
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    0,
};
static const uint16_t groups[] = {
    MBEDTLS_SSL_IANA_TLS_GROUP_X25519,
    MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
    MBEDTLS_SSL_IANA_TLS_GROUP_NONE,
};
static const char *protocols[] = {"http/1.1", NULL};

static void drop(struct session *session)
{
    session->lower.ops->abort(session->lower.ctx);
    session_end(session);
}

/* -- the transport that the dispatcher sees -- */

static int transport_recv(void *ctx, void *buf, size_t len)
{
    return session_recv(ctx, buf, len);
}

static int transport_send(void *ctx, const void *buf, size_t len, bool more)
{
    return session_send(ctx, buf, len, more);
}

static void transport_close(void *ctx)
{
    struct session *session = ctx;
    session->state = SESSION_CLOSING; /* poll() goes on */
    service.quiet = false;
    session->due_us = port_micros() + CLOSE_MS * 1000ull;
}

/* After a failure in order, so that the client reads the alert that says why. */
static void transport_abort(void *ctx)
{
    struct session *session = ctx;
    if (!session->failed) {
        drop(session);
        return;
    }
    session->lower.ops->close(session->lower.ctx);
    session_end(session);
}

static void transport_wait(void *ctx, uint32_t max_ms)
{
    const struct session *session = ctx;
    session->lower.ops->wait(session->lower.ctx, max_ms);
}

static const struct transport_ops ops = {
    .recv = transport_recv,
    .send = transport_send,
    .close = transport_close,
    .abort = transport_abort,
    .wait = transport_wait,
};

/* -- sessions -- */

static struct session *free_session(void)
{
    for (unsigned i = 0; i < TLS_SESSIONS; i++)
        if (sessions[i].state == SESSION_FREE)
            return &sessions[i];
    return NULL;
}

static unsigned sessions_used(void)
{
    unsigned used = 0;
    for (unsigned i = 0; i < TLS_SESSIONS; i++)
        used += sessions[i].state != SESSION_FREE;
    return used;
}

/* Tells the dispatcher that a client waits: an idle one may have to go. */
static int ask_for_room(const struct transport *lower)
{
    struct transport wish = *lower;
    wish.ctx = NULL;
    wish.scheme = "https";
    service.wanted = true;
    service.accept(&wish);
    return -1;
}

static int tls_accept(const struct transport *lower)
{
    struct session *session = free_session();
    if (session == NULL)
        return ask_for_room(lower);
    if (lower->ctx == NULL)
        return service.accept(lower);
    service.wanted = false;
    session->lower = *lower;
    session->state = SESSION_ARRIVED;
    service.quiet = false;
    session->due_us = port_micros() + HANDSHAKE_MS * 1000ull;
    if (sessions_used() > service.use.most)
        service.use.most = sessions_used();
    return 0;
}

static bool offer(struct session *session)
{
    struct transport transport = session->lower;
    transport.ops = &ops;
    transport.ctx = session;
    transport.scheme = "https";
    transport.variables = session->variables;
    if (service.accept(&transport) < 0)
        return false;
    session->state = SESSION_OPEN;
    return true;
}

/* In order, so that the client reads the alert that says why. */
static void refuse(struct session *session)
{
    service.use.refused++;
    session->lower.ops->close(session->lower.ctx);
    session_end(session);
}

static void note_memory(const struct session *session)
{
    if (session->arena.most > service.use.arena_most)
        service.use.arena_most = (unsigned)session->arena.most;
}

static bool go_on_with_handshake(struct session *session)
{
    bool busy;
    int result = session_handshake(session, &busy);
    note_memory(session);
    if (result < 0)
        refuse(session);
    else if (result > 0)
        session->state = SESSION_FINISHED;
    return busy || result != 0;
}

static bool finish(struct session *session)
{
    if (!session_finish(session))
        return false;
    session->lower.ops->close(session->lower.ctx);
    session_end(session);
    return true;
}

/* Returns whether anything changed. */
static bool advance(struct session *session)
{
    switch (session->state) {
    case SESSION_ARRIVED:
        if (session_begin(session, &service.config) != 0)
            refuse(session);
        else
            session->state = SESSION_HANDSHAKE;
        return true;
    case SESSION_HANDSHAKE:
        return go_on_with_handshake(session);
    case SESSION_FINISHED:
        return offer(session);
    case SESSION_CLOSING:
        return finish(session);
    default:
        return false;
    }
}

static bool needs_attention(const struct session *session)
{
    return session->state != SESSION_FREE && session->state != SESSION_OPEN;
}

static bool is_late(const struct session *session)
{
    if (!needs_attention(session))
        return false;
    uint64_t now = port_micros();
    bool contended = service.wanted && session->state == SESSION_HANDSHAKE;
    return now >= session->due_us - (contended ? (HANDSHAKE_MS - CONTENDED_MS) * 1000ull : 0);
}

static bool tls_poll(void)
{
    static bool running; /* a session's wait() polls the network, and that this */
    if (!service.started || running || service.quiet)
        return false;
    running = service.quiet = true;
    bool changed = false;
    for (unsigned i = 0; i < TLS_SESSIONS; i++) {
        changed |= advance(&sessions[i]);
        if (is_late(&sessions[i])) {
            service.use.refused += sessions[i].state != SESSION_CLOSING;
            drop(&sessions[i]);
            changed = true;
        }
        service.quiet &= !needs_attention(&sessions[i]);
    }
    running = false;
    return changed;
}

static uint32_t tls_next_timeout_ms(void)
{
    uint64_t soonest = UINT64_MAX;
    if (service.quiet)
        return UINT32_MAX;
    for (unsigned i = 0; i < TLS_SESSIONS; i++)
        if (needs_attention(&sessions[i]) && sessions[i].due_us < soonest)
            soonest = sessions[i].due_us;
    if (soonest == UINT64_MAX)
        return UINT32_MAX;
    uint64_t now = port_micros();
    return soonest <= now ? 0 : (uint32_t)((soonest - now + 999) / 1000);
}

/* -- the service -- */

static int make_identity(const struct tls_settings *settings)
{
    static char address[ADDRESS_BYTES];
    static const char *const others[] = {TLS_OTHER_NAMES NULL};
    const char *const addresses[] = {address, TLS_OTHER_ADDRESSES NULL};
    snprintf(address, sizeof address, "%s", settings->address);
    const struct identity_names names = {settings->host, others, addresses, settings->not_before};
    return identity_make(&service.identity, &names, (struct identity_random){random_draw, NULL});
}

static int take_identity(const struct tls_settings *settings)
{
    const struct tls_credentials *given = settings->credentials;
    if (given == NULL || given->certificate == NULL)
        return make_identity(settings);
    const struct identity_random random = {random_draw, NULL};
    return identity_read(&service.identity, given->certificate, given->key, random) != 0 ? PORT_ERR_ARG : 0;
}

/* A clock that nobody has set is not ahead of time: what has ended for it has ended, but what has not begun may have. */
static int allow_for_clock(void *unused, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    (void)unused;
    (void)certificate;
    (void)depth;
    if (service.realtime() < 0)
        *flags &= ~(uint32_t)MBEDTLS_X509_BADCERT_FUTURE;
    return 0;
}

/* A session that is resumed does not bring the client's certificate along, so that there are no tickets with one. */
static int know_clients(const struct tls_credentials *given)
{
    mbedtls_ssl_config *config = &service.config;
    if (given == NULL || given->client_ca == NULL) {
        mbedtls_ssl_conf_session_tickets_cb(config, tickets_write, tickets_parse, NULL);
        return 0;
    }
    if (identity_read_authorities(&service.client_ca, given->client_ca) != 0)
        return PORT_ERR_ARG;
    mbedtls_ssl_conf_ca_chain(config, &service.client_ca, NULL);
    mbedtls_ssl_conf_verify(config, allow_for_clock, NULL);
    mbedtls_ssl_conf_authmode(config,
                              given->client_required ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_OPTIONAL);
    return 0;
}

static int configure(void)
{
    mbedtls_ssl_config *config = &service.config;
    mbedtls_ssl_config_init(config);
    int error = mbedtls_ssl_config_defaults(config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                            MBEDTLS_SSL_PRESET_DEFAULT);
    if (error != 0)
        return error;
    mbedtls_ssl_conf_rng(config, random_draw, NULL);
    mbedtls_ssl_conf_min_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_max_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_3);
    mbedtls_ssl_conf_ciphersuites(config, suites);
    mbedtls_ssl_conf_groups(config, groups);
    error = mbedtls_ssl_conf_alpn_protocols(config, protocols);
    if (error == 0)
        error = mbedtls_ssl_conf_own_cert(config, &service.identity.certificate, &service.identity.key);
    return error;
}

static int tls_start(const struct tls_settings *settings)
{
    service.realtime = settings->realtime;
    arena_make(&service.arena, shared, sizeof shared);
    struct arena *before = arena_enter(&service.arena);
    int error = random_start(&service.arena);
    if (error == 0 && psa_crypto_init() != PSA_SUCCESS)
        error = -1;
    if (error == 0)
        error = tickets_start(&service.arena);
    if (error == 0)
        error = take_identity(settings);
    if (error == 0)
        error = configure();
    if (error == 0)
        error = know_clients(settings->credentials);
    arena_enter(before);
    if (error != 0)
        return error == PORT_ERR_ARG ? error : PORT_ERR_IO;
    service.accept = settings->accept;
    service.started = true;
    return 0;
}

static const char *tls_fingerprint(void)
{
    return service.identity.fingerprint;
}

static void tls_use(struct tls_use *use)
{
    *use = service.use;
    use->used = sessions_used();
    use->size = TLS_SESSIONS;
    use->arena_used = 0;
    use->arena_size = SESSION_BYTES;
    for (unsigned i = 0; i < TLS_SESSIONS; i++)
        use->arena_used += sessions[i].state == SESSION_FREE ? 0 : (unsigned)sessions[i].arena.used;
    use->shared_most = (unsigned)service.arena.most;
}

const struct tls tls = {
    .start = tls_start,
    .accept = tls_accept,
    .poll = tls_poll,
    .next_timeout_ms = tls_next_timeout_ms,
    .fingerprint = tls_fingerprint,
    .use = tls_use,
};
