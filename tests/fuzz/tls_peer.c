#include "tls_peer.h"

#include "ssl_misc.h" /* mbedTLS's own, for records that no client sends; before its other headers */

#include <string.h>

#include "arena.h"
#include "mbedtls/ssl.h"
#include "mbedtls/ssl_ciphersuites.h"
#include "random.h"
#include "tls_board.h"
#include "tls_credentials.h"

enum {
    PEER_ARENA = 1 << 17,
    KEPT_ARENA = 1 << 14,
    SENT_BYTES = 1 << 16,
    PIECE_BYTES = 4096,
    SUITES = 4,
    IDENTITY = PEER_OLD | PEER_AES | PEER_SMALL, /* in what a client must be like the one whose session it resumes */
};

struct peer {
    bool begun, shaken, over;
    bool stopped; /* sends nothing any more */
    mbedtls_ssl_config config;
    mbedtls_ssl_context ssl;
    struct client_credentials credentials;
    struct arena arena;
    int suites[SUITES];
    uint16_t groups[3];
    size_t written, read; /* bytes of data */
    unsigned wants;
    int result;
    size_t sent_bytes;
    uint8_t sent[SENT_BYTES];
};

static struct peer peers[LINES];
static struct {
    mbedtls_ssl_session session; /* the newest, to be resumed by the next client that wants to */
    bool there;
    unsigned wants; /* of the client that it was */
    struct arena arena;
} kept;

uint8_t peer_byte(size_t i)
{
    return (uint8_t)(i * 31 + (i >> 8));
}

static int send_to_line(void *ctx, const unsigned char *data, size_t length)
{
    struct peer *peer = ctx;
    if (length > SENT_BYTES - peer->sent_bytes)
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    memcpy(peer->sent + peer->sent_bytes, data, length);
    peer->sent_bytes += length;
    return (int)length;
}

static int receive_from_line(void *ctx, unsigned char *buf, size_t length)
{
    size_t n = line_take(&lines[(struct peer *)ctx - peers], buf, length);
    return n == 0 ? MBEDTLS_ERR_SSL_WANT_READ : (int)n;
}

static void choose(struct peer *peer, unsigned wants)
{
    static const char *protocols[] = {"h2", "http/1.1", NULL};
    bool aes = wants & PEER_AES;
    mbedtls_ssl_protocol_version version = wants & PEER_OLD ? MBEDTLS_SSL_VERSION_TLS1_2 : MBEDTLS_SSL_VERSION_TLS1_3;
    peer->suites[0] = aes ? MBEDTLS_TLS1_3_AES_128_GCM_SHA256 : MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256;
    peer->suites[1] =
        aes ? MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 : MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256;
    peer->suites[2] =
        aes ? MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 : MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256;
    peer->suites[3] = 0;
    peer->groups[0] = wants & PEER_P256 ? MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1 : MBEDTLS_SSL_IANA_TLS_GROUP_X25519;
    peer->groups[1] = wants & PEER_OLD ? MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1 : 0; /* of the certificate */
    peer->groups[2] = 0;
    mbedtls_ssl_conf_min_tls_version(&peer->config, version);
    mbedtls_ssl_conf_max_tls_version(&peer->config, version);
    mbedtls_ssl_conf_ciphersuites(&peer->config, peer->suites);
    mbedtls_ssl_conf_groups(&peer->config, peer->groups);
    if (wants & PEER_ALPN)
        mbedtls_ssl_conf_alpn_protocols(&peer->config, protocols);
    if (wants & PEER_SMALL)
        mbedtls_ssl_conf_max_frag_len(&peer->config, MBEDTLS_SSL_MAX_FRAG_LEN_512);
}

static void end(struct peer *peer)
{
    if (!peer->begun)
        return;
    struct arena *before = arena_enter(&peer->arena);
    mbedtls_ssl_free(&peer->ssl);
    mbedtls_ssl_config_free(&peer->config);
    if (peer->wants & PEER_KNOWN)
        client_credentials_free(&peer->credentials);
    arena_enter(before);
    require(peer->arena.used == 0);
    peer->begun = false;
}

void peer_begin(unsigned line, unsigned wants)
{
    struct peer *peer = &peers[line];
    end(peer);
    memset(peer, 0, offsetof(struct peer, sent));
    peer->wants = wants;
    arena_make(&peer->arena, NULL, PEER_ARENA);
    struct arena *before = arena_enter(&peer->arena);
    peer->begun = true;
    mbedtls_ssl_config_init(&peer->config);
    mbedtls_ssl_init(&peer->ssl);
    require(mbedtls_ssl_config_defaults(&peer->config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                        MBEDTLS_SSL_PRESET_DEFAULT) == 0);
    mbedtls_ssl_conf_rng(&peer->config, random_draw, NULL);
    mbedtls_ssl_conf_authmode(&peer->config, MBEDTLS_SSL_VERIFY_NONE);
    choose(peer, wants);
    if (wants & PEER_KNOWN)
        client_credentials_show(&peer->credentials, &peer->config);
    require(mbedtls_ssl_setup(&peer->ssl, &peer->config) == 0);
    mbedtls_ssl_set_hostname(&peer->ssl, wants & PEER_NAME ? "hipflask" : NULL);
    if ((wants & PEER_RESUMES) && kept.there && (wants & IDENTITY) == (kept.wants & IDENTITY))
        require(mbedtls_ssl_set_session(&peer->ssl, &kept.session) == 0);
    mbedtls_ssl_set_bio(&peer->ssl, peer, send_to_line, receive_from_line, NULL);
    arena_enter(before);
}

static void keep_session(struct peer *peer)
{
    struct arena *before = arena_enter(&kept.arena);
    if (kept.there)
        mbedtls_ssl_session_free(&kept.session);
    arena_make(&kept.arena, NULL, KEPT_ARENA);
    mbedtls_ssl_session_init(&kept.session);
    kept.there = mbedtls_ssl_get_session(&peer->ssl, &kept.session) == 0;
    kept.wants = peer->wants;
    arena_enter(before);
}

static bool goes_on(int result)
{
    return result >= 0 || result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE ||
           result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
}

/* All that came is what the device's app has sent. */
static int read_some(struct peer *peer)
{
    uint8_t buf[PIECE_BYTES];
    int result = mbedtls_ssl_read(&peer->ssl, buf, sizeof buf);
    for (int i = 0; i < result; i++)
        require(buf[i] == peer_byte(peer->read++));
    if (result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)
        keep_session(peer);
    return result;
}

bool peer_step(unsigned line)
{
    struct peer *peer = &peers[line];
    if (!peer->begun || peer->over)
        return false;
    struct arena *before = arena_enter(&peer->arena);
    int result = peer->shaken ? read_some(peer) : mbedtls_ssl_handshake(&peer->ssl);
    bool moved = result >= 0 || result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
    if (result == 0 && !peer->shaken) {
        peer->shaken = true;
        if (peer->wants & PEER_OLD)
            keep_session(peer);
    }
    peer->result = result;
    peer->over = !goes_on(result);
    arena_enter(before);
    return moved && !peer->over;
}

static bool may_send(const struct peer *peer)
{
    return peer->begun && !peer->over && !peer->stopped && SENT_BYTES - peer->sent_bytes > 2 * PIECE_BYTES;
}

void peer_write(unsigned line, size_t length)
{
    struct peer *peer = &peers[line];
    uint8_t piece[PIECE_BYTES];
    struct arena *before = arena_enter(&peer->arena);
    while (length > 0 && may_send(peer) && peer->shaken) {
        size_t n = length < sizeof piece ? length : sizeof piece;
        for (size_t i = 0; i < n; i++)
            piece[i] = peer_byte(peer->written + i);
        int result = mbedtls_ssl_write(&peer->ssl, piece, n);
        if (result <= 0) {
            peer->over = true;
            break;
        }
        peer->written += (size_t)result;
        length -= (size_t)result;
    }
    arena_enter(before);
}

void peer_record(unsigned line, unsigned type, const uint8_t *content, size_t length)
{
    struct peer *peer = &peers[line];
    mbedtls_ssl_context *ssl = &peer->ssl;
    if (!may_send(peer) || ssl->out_left > 0)
        return;
    size_t most = (size_t)mbedtls_ssl_get_max_out_record_payload(ssl);
    struct arena *before = arena_enter(&peer->arena);
    ssl->out_msgtype = (int)type;
    ssl->out_msglen = length < most ? length : most;
    memcpy(ssl->out_msg, content, ssl->out_msglen);
    peer->over = mbedtls_ssl_write_record(ssl, 1) != 0;
    arena_enter(before);
}

void peer_close(unsigned line)
{
    struct peer *peer = &peers[line];
    if (!may_send(peer))
        return;
    struct arena *before = arena_enter(&peer->arena);
    mbedtls_ssl_close_notify(&peer->ssl);
    arena_enter(before);
    peer->stopped = true;
}

void peer_stop(unsigned line)
{
    peers[line].stopped = true;
}

uint8_t *peer_sent(unsigned line, size_t *length)
{
    *length = peers[line].sent_bytes;
    peers[line].sent_bytes = 0;
    return peers[line].sent;
}

void peer_progress(unsigned line, struct peer_progress *progress)
{
    const struct peer *peer = &peers[line];
    *progress = (struct peer_progress){peer->shaken, peer->over, peer->written, peer->read, peer->result};
}

void peer_end_all(void)
{
    for (unsigned i = 0; i < LINES; i++)
        end(&peers[i]);
    struct arena *before = arena_enter(&kept.arena);
    if (kept.there)
        mbedtls_ssl_session_free(&kept.session);
    kept.there = false;
    arena_enter(before);
}
