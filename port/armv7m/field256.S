/* field.h modulo 2^256 - 2^224 + 2^192 + 2^96 - 1, for processors with UMAAL: two words and a product fit in two words.
 * The prime's words are -1, -1, -1, 0, 0, 0, 1, -1. */
    .syntax unified
    .thumb

/* The sum t0..t8 += a * b[j], and then so much of p that t0 is 0: the sum goes on as t1..t8, x.  a is r1, b is r2. */
.macro multiply_row j, t0, t1, t2, t3, t4, t5, t6, t7, t8, x
    ldr     \x, [r2, #4 * \j]
    mov     r12, #0
    .irp    word, \t0, \t1, \t2, \t3, \t4, \t5, \t6, \t7
    ldr     lr, [r1], #4
    umaal   \word, r12, lr, \x
    .endr
    sub     r1, r1, #32
    adds    \t8, \t8, r12
    mov     \x, #0
    adc     \x, \x, #0
    /* t0 times p: its words -1 turn t0 into 0, and carry t0 to word 3. */
    adds    \t3, \t3, \t0
    adcs    \t4, \t4, #0
    adcs    \t5, \t5, #0
    adcs    \t6, \t6, \t0
    mov     lr, #0
    adc     lr, lr, #0
    mvn     r12, #0
    umaal   \t7, lr, \t0, r12
    adds    \t8, \t8, lr
    adc     \x, \x, #0
.endm

/* Subtracts p from nine words below 2 p, unless they are below p. */
.macro reduce w0, w1, w2, w3, w4, w5, w6, w7, w8
    mvn     r1, #0
    subs    \w0, \w0, r1
    sbcs    \w1, \w1, r1
    sbcs    \w2, \w2, r1
    sbcs    \w3, \w3, #0
    sbcs    \w4, \w4, #0
    sbcs    \w5, \w5, #0
    sbcs    \w6, \w6, #1
    sbcs    \w7, \w7, r1
    sbcs    \w8, \w8, #0
    add_prime_if_borrowed \w0, \w1, \w2, \w3, \w4, \w5, \w6, \w7
.endm

.macro add_prime_if_borrowed w0, w1, w2, w3, w4, w5, w6, w7
    sbc     r1, r1, r1
    and     r2, r1, #1
    adds    \w0, \w0, r1
    adcs    \w1, \w1, r1
    adcs    \w2, \w2, r1
    adcs    \w3, \w3, #0
    adcs    \w4, \w4, #0
    adcs    \w5, \w5, #0
    adcs    \w6, \w6, r2
    adc     \w7, \w7, r1
.endm

.macro function name
    .section .text.\name, "ax"
    .balign 4
    .global \name
    .type   \name, %function
    .thumb_func
\name:
.endm

/* void field256_multiply(field_number result, const field_number a, const field_number b) */
    function field256_multiply
    push    {r0, r4-r11, lr}
    .irp    word, r0, r3, r4, r5, r6, r7, r8, r9, r10
    mov     \word, #0
    .endr
    multiply_row 0, r0, r3, r4, r5, r6, r7, r8, r9, r10, r11
    multiply_row 1, r3, r4, r5, r6, r7, r8, r9, r10, r11, r0
    multiply_row 2, r4, r5, r6, r7, r8, r9, r10, r11, r0, r3
    multiply_row 3, r5, r6, r7, r8, r9, r10, r11, r0, r3, r4
    multiply_row 4, r6, r7, r8, r9, r10, r11, r0, r3, r4, r5
    multiply_row 5, r7, r8, r9, r10, r11, r0, r3, r4, r5, r6
    multiply_row 6, r8, r9, r10, r11, r0, r3, r4, r5, r6, r7
    multiply_row 7, r9, r10, r11, r0, r3, r4, r5, r6, r7, r8
    reduce  r10, r11, r0, r3, r4, r5, r6, r7, r8
    pop     {r12}
    strd    r10, r11, [r12]
    str     r0, [r12, #8]
    add     r12, r12, #12
    stm     r12, {r3-r7}
    pop     {r4-r11, pc}
    .size   field256_multiply, . - field256_multiply

/* r4..r11 with the words at r2. */
.macro with_words first, next
    ldr     r12, [r2]
    \first  r4, r4, r12
    ldr     r12, [r2, #4]
    \next   r5, r5, r12
    ldr     r12, [r2, #8]
    \next   r6, r6, r12
    ldr     r12, [r2, #12]
    \next   r7, r7, r12
    ldr     r12, [r2, #16]
    \next   r8, r8, r12
    ldr     r12, [r2, #20]
    \next   r9, r9, r12
    ldr     r12, [r2, #24]
    \next   r10, r10, r12
    ldr     r12, [r2, #28]
    \next   r11, r11, r12
.endm

/* void field256_add(field_number result, const field_number a, const field_number b) */
    function field256_add
    push    {r4-r11, lr}
    ldm     r1, {r4-r11}
    with_words adds, adcs
    mov     r3, #0
    adc     r3, r3, #0
    reduce  r4, r5, r6, r7, r8, r9, r10, r11, r3
    stm     r0, {r4-r11}
    pop     {r4-r11, pc}
    .size   field256_add, . - field256_add

/* void field256_subtract(field_number result, const field_number a, const field_number b) */
    function field256_subtract
    push    {r4-r11, lr}
    ldm     r1, {r4-r11}
    with_words subs, sbcs
    add_prime_if_borrowed r4, r5, r6, r7, r8, r9, r10, r11
    stm     r0, {r4-r11}
    pop     {r4-r11, pc}
    .size   field256_subtract, . - field256_subtract
