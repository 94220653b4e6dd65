/* memset(), which clears memory for each allocation of TLS and for much of Python: 32 bytes in three instructions, where
 * newlib's takes fourteen. */
    .syntax unified
    .thumb
    .section .text.memset, "ax"
    .global memset
    .type   memset, %function
    .thumb_func
memset: /* r0: start, returned; r1: the byte; r2: how many */
    and     r1, r1, #255
    orr     r1, r1, r1, lsl #8
    orr     r1, r1, r1, lsl #16
    mov     r12, r0
    cmp     r2, #8
    blo     3f

1:  tst     r12, #3 /* up to a word's boundary: seven bytes are left then, at least four */
    beq     2f
    strb    r1, [r12], #1
    subs    r2, r2, #1
    b       1b

2:  mov     r3, r1
    subs    r2, r2, #32
    blo     3f
    push    {r4-r9}
    mov     r4, r1
    mov     r5, r1
    mov     r6, r1
    mov     r7, r1
    mov     r8, r1
    mov     r9, r1
4:  stmia   r12!, {r1, r3-r9}
    subs    r2, r2, #32
    bhs     4b
    pop     {r4-r9}

    /* Less than 32 bytes are left, and the lower five bits of r2 say how many: its bits go to the flags two at a time.
     * Not all of them to a word's boundary, when there were few. */
3:  mov     r3, r1
    lsls    r2, r2, #28
    itt     cs
    strdcs  r1, r3, [r12], #8
    strdcs  r1, r3, [r12], #8
    it      mi
    strdmi  r1, r3, [r12], #8
    lsls    r2, r2, #2
    it      cs
    strcs   r1, [r12], #4
    it      mi
    strhmi  r1, [r12], #2
    lsls    r2, r2, #1
    it      mi
    strbmi  r1, [r12]
    bx      lr
    .size   memset, . - memset
