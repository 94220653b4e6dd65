# Every limit of the server: its name, its default and its unit.  docs/http.md says what a
# client sees beyond each.  One is changed at build time as `cmake -DWSGI_BODY_BYTES=1000000`.
#
# Sets WSGI_LIMITS to compile definitions; the headers give them the names that code uses.
set(WSGI_LIMITS)
macro(wsgi_limit name default)
    if(NOT DEFINED WSGI_${name})
        set(WSGI_${name} ${default})
    endif()
    list(APPEND WSGI_LIMITS WSGI_${name}=${WSGI_${name}})
endmacro()

# Heads and bodies of requests.
wsgi_limit(LINE_BYTES 8000)        # bytes of the request line
wsgi_limit(METHOD_BYTES 32)        # bytes of the method
wsgi_limit(HEAD_BYTES 8192)        # bytes of request line and header fields; also a connection's buffer
wsgi_limit(FIELDS 64)              # header fields
wsgi_limit(BODY_BYTES 1073741824)  # bytes of a body
wsgi_limit(CHUNK_LINE_BYTES 256)   # bytes of a chunk's size and extensions
wsgi_limit(TRAILER_BYTES 4096)     # bytes of the trailer section after the last chunk
wsgi_limit(DRAIN_BYTES 65536)      # bytes of a body, unread by the app, that are read and dropped

# Time.
wsgi_limit(FIRST_BYTE_MS 30000)    # milliseconds from connecting to the first byte
wsgi_limit(HEAD_MS 10000)          # milliseconds from the first byte of a head to its last
wsgi_limit(BODY_MS 10000)          # milliseconds a client may be behind BODY_RATE
wsgi_limit(BODY_RATE 1000)         # bytes a second that a body must arrive with
wsgi_limit(CONTENDED_MS 4000)      # milliseconds, instead of BODY_MS, while another request waits for the app
wsgi_limit(IDLE_MS 30000)          # milliseconds between two requests
wsgi_limit(SEND_MS 10000)          # milliseconds a client may be behind SEND_RATE
wsgi_limit(SEND_RATE 1000)         # bytes a second that a client must take of what waits for it

# Connections.
wsgi_limit(CONNECTIONS 16)             # connections at a time
wsgi_limit(CONNECTIONS_PER_ADDRESS 12) # of them, those that an address keeps when another wants one
wsgi_limit(ADDRESS_CONNECTIONS 16)     # of them, those that an address may have though nobody else wants one
wsgi_limit(SPARE_MS 1000)              # milliseconds that an idle connection is left alone when others wait
wsgi_limit(REQUESTS 1000)              # requests of one connection

# Responses.
wsgi_limit(SOFTWARE "\"hipflask\"")     # the field Server, in quotes; \"\" leaves it out
wsgi_limit(RESPONSE_HEAD_BYTES 65536)  # bytes of a response's status line and header fields
