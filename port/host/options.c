#include "options.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2, LONGEST_DEADLINE_MS = 86400 * 1000 };

static const char usage[] = "usage: hipflask --app DIR [options]\n"
                            "  --app DIR               the app's folder\n"
                            "  --entry MODULE[:NAME]   where its callable is (default: app)\n"
                            "  --name NAME             its name in messages (default: the folder's)\n"
                            "  --path DIR              a further folder of Python modules; may be repeated\n"
                            "  --deadline MS           milliseconds a request may take in the app (default: 30000)\n"
                            "  --memory BYTES          the most it may take of the heap (default: 0, no limit)\n"
                            "  --optimize LEVEL        how its modules are compiled: 0, 1 or 2 (default: 2)\n"
                            "  --forward ADDRESS:PORT  where this machine forwards to the device's port 80\n"
                            "                          (default: 127.0.0.1:8080)\n"
                            "  --https ADDRESS:PORT    the same for port 443; without it there is no HTTPS\n"
                            "  --https-only            HTTP only says where HTTPS is\n"
                            "  --certificate FILE      the device's, PEM, with its chain; without it makes its own\n"
                            "  --key FILE              of that certificate, PEM\n"
                            "  --client-ca FILE        who may sign certificates of clients, PEM\n"
                            "  --client-wanted         who has none is served all the same\n"
                            "  --net tap=NAME          a TAP device instead of the user-mode network\n"
                            "  --reload                load the app again when one of its files changes\n"
                            "  --faults LIST           what is to go wrong: drop=2,delay=5,seed=1 ...\n";

static struct options given = {
    .entry = "app",
    .deadline_ms = OPTIONS_DEADLINE_MS,
    .optimize = 2,
    .forward_address = "127.0.0.1",
    .forward_port = OPTIONS_FORWARD_PORT,
};

static void __attribute__((noreturn)) misused(const char *option, const char *value, const char *wanted)
{
    fprintf(stderr, "hipflask: --%s takes %s, not '%s'\n", option, wanted, value);
    exit(EXIT_USAGE);
}

void options_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("hipflask: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(EXIT_FAILURE);
}

static unsigned long number(const char *option, const char *text, unsigned long most)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || value > most)
        misused(option, text, "a number in its range");
    return value;
}

/* The arguments stay as they are: a reset starts the program with them again. */
static uint16_t take_forward(const char *option, const char *value, char dotted[INET_ADDRSTRLEN])
{
    const char *colon = strrchr(value, ':');
    struct in_addr address;
    if (colon == NULL || (size_t)(colon - value) >= INET_ADDRSTRLEN)
        misused(option, value, "ADDRESS:PORT");
    memcpy(dotted, value, (size_t)(colon - value));
    dotted[colon - value] = '\0';
    if (inet_pton(AF_INET, dotted, &address) != 1)
        misused(option, value, "an IPv4 address before the colon");
    return (uint16_t)number(option, colon + 1, UINT16_MAX);
}

static void take_path(const char *value)
{
    for (unsigned i = 0; i < OPTIONS_PATHS - 1; i++) {
        if (given.paths[i] == NULL) {
            given.paths[i] = value;
            return;
        }
    }
    misused("path", value, "fewer folders in all");
}

static void take_net(const char *value)
{
    if (strncmp(value, "tap=", 4) != 0 || value[4] == '\0')
        misused("net", value, "tap=NAME");
    given.tap = value + 4;
}

static void take(int option, char *value)
{
    static char http[INET_ADDRSTRLEN], https[INET_ADDRSTRLEN];
    switch (option) {
    case 'a':
        given.app = value;
        break;
    case 'e':
        given.entry = value;
        break;
    case 'n':
        given.name = value;
        break;
    case 'p':
        take_path(value);
        break;
    case 'd':
        given.deadline_ms = (uint32_t)number("deadline", value, LONGEST_DEADLINE_MS);
        break;
    case 'm':
        given.memory_bytes = number("memory", value, UINT32_MAX);
        break;
    case 'o':
        given.optimize = (int)number("optimize", value, 2);
        break;
    case 'f':
        given.forward_port = take_forward("forward", value, http);
        given.forward_address = http;
        break;
    case 's':
        given.https_port = take_forward("https", value, https);
        given.https_address = https;
        break;
    case 'S':
        given.https_only = true;
        break;
    case 'C':
        given.certificate = value;
        break;
    case 'K':
        given.key = value;
        break;
    case 'A':
        given.client_ca = value;
        break;
    case 'W':
        given.client_wanted = true;
        break;
    case 't':
        take_net(value);
        break;
    case 'r':
        given.reload = true;
        break;
    case 'x':
        given.faults = value;
        break;
    case 'h':
        fputs(usage, stdout);
        exit(EXIT_SUCCESS);
    default:
        fputs(usage, stderr);
        exit(EXIT_USAGE);
    }
}

void options_read(int argc, char **argv)
{
    static const struct option known[] = {
        {"app", required_argument, NULL, 'a'},
        {"entry", required_argument, NULL, 'e'},
        {"name", required_argument, NULL, 'n'},
        {"path", required_argument, NULL, 'p'},
        {"certificate", required_argument, NULL, 'C'},
        {"key", required_argument, NULL, 'K'},
        {"client-ca", required_argument, NULL, 'A'},
        {"client-wanted", no_argument, NULL, 'W'},
        {"deadline", required_argument, NULL, 'd'},
        {"forward", required_argument, NULL, 'f'},
        {"https", required_argument, NULL, 's'},
        {"https-only", no_argument, NULL, 'S'},
        {"memory", required_argument, NULL, 'm'},
        {"optimize", required_argument, NULL, 'o'},
        {"net", required_argument, NULL, 't'},
        {"reload", no_argument, NULL, 'r'},
        {"faults", required_argument, NULL, 'x'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;)
        take(option, optarg);
    if (optind < argc)
        misused("app", argv[optind], "one folder");
    if (given.app == NULL)
        misused("app", "", "the app's folder");
    if ((given.certificate == NULL) != (given.key == NULL))
        misused("key", given.certificate == NULL ? given.key : "", "its certificate besides");
    char *absolute = realpath(given.app, NULL); /* lives as long as the process */
    if (absolute == NULL)
        options_fail("there is no app folder %s", given.app);
    given.app = absolute;
    if (given.name == NULL)
        given.name = strrchr(absolute, '/') + 1;
}

const struct options *options(void)
{
    return &given;
}
