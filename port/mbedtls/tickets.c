#include "tickets.h"

#include <stdbool.h>
#include <time.h>

#include "mbedtls/platform_util.h"
#include "mbedtls/ssl_ticket.h"
#include "random.h"

enum {
    LIFETIME_SECONDS = 86400, /* how long a client may resume */
    KEY_SECONDS = LIFETIME_SECONDS / 2,
    KEY_BYTES = 16,
    NAME_BYTES = 4, /* of a key, in front of its tickets */
};

static struct {
    mbedtls_ssl_ticket_context context;
    struct arena *arena;
    time_t key_made;
} tickets;

int tickets_start(struct arena *arena)
{
    tickets.arena = arena;
    tickets.key_made = time(NULL);
    struct arena *before = arena_enter(arena);
    mbedtls_ssl_ticket_init(&tickets.context);
    int error =
        mbedtls_ssl_ticket_setup(&tickets.context, random_draw, NULL, MBEDTLS_CIPHER_AES_128_GCM, LIFETIME_SECONDS);
    arena_enter(before);
    return error;
}

/* The clock may have been set, in both directions. */
static bool is_key_old(void)
{
    time_t now = time(NULL);
    return now < tickets.key_made || now - tickets.key_made >= KEY_SECONDS;
}

/* mbedTLS would change the key by itself, but later, and in the memory of the session that happens to be at hand.
 * Tickets of the key before are still taken. */
static int renew_key(void)
{
    unsigned char name[NAME_BYTES], key[KEY_BYTES];
    int error = random_draw(NULL, name, sizeof name);
    if (error == 0)
        error = random_draw(NULL, key, sizeof key);
    struct arena *before = arena_enter(tickets.arena);
    if (error == 0)
        error = mbedtls_ssl_ticket_rotate(&tickets.context, name, sizeof name, key, sizeof key, LIFETIME_SECONDS);
    arena_enter(before);
    mbedtls_platform_zeroize(key, sizeof key);
    if (error == 0)
        tickets.key_made = time(NULL);
    return error;
}

int tickets_write(void *unused, const mbedtls_ssl_session *session, unsigned char *start, const unsigned char *end,
                  size_t *length, uint32_t *lifetime)
{
    (void)unused;
    int error = is_key_old() ? renew_key() : 0;
    return error != 0 ? error : mbedtls_ssl_ticket_write(&tickets.context, session, start, end, length, lifetime);
}

int tickets_parse(void *unused, mbedtls_ssl_session *session, unsigned char *ticket, size_t length)
{
    (void)unused;
    int error = is_key_old() ? renew_key() : 0;
    return error != 0 ? error : mbedtls_ssl_ticket_parse(&tickets.context, session, ticket, length);
}
