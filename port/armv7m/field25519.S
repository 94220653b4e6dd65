/* field.h modulo 2^255 - 19, for processors with UMAAL: two words and a product fit in two words. */
    .syntax unified
    .thumb

/* The sum t0..t3 += r4..r7 * b[j], with what `top` holds; its lowest word is word `at` of the product on the stack, its
 * highest comes into `top`.  b is r2. */
.macro multiply_row j, at, t0, t1, t2, t3, top
    ldr     lr, [r2, #4 * \j]
    umaal   \t0, \top, r4, lr
    umaal   \t1, \top, r5, lr
    umaal   \t2, \top, r6, lr
    umaal   \t3, \top, r7, lr
    str     \t0, [sp, #4 * \at]
.endm

/* word += 38 times word i of the product's upper half: 2^256 is 38. */
.macro fold_word i, word
    ldr     lr, [sp, #32 + 4 * \i]
    umaal   \word, r2, lr, r12
.endm

/* Adds r2, less than 2^27, times 38 to eight words; for what that carries there is room then. */
.macro fold_top w0, w1, w2, w3, w4, w5, w6, w7
    mov     lr, #38
    mul     r2, r2, lr
    adds    \w0, \w0, r2
    adcs    \w1, \w1, #0
    adcs    \w2, \w2, #0
    adcs    \w3, \w3, #0
    adcs    \w4, \w4, #0
    adcs    \w5, \w5, #0
    adcs    \w6, \w6, #0
    adcs    \w7, \w7, #0
    mov     r2, #0
    adc     r2, r2, #0
    mul     r2, r2, lr
    add     \w0, \w0, r2
.endm

.macro function name
    .section .text.\name, "ax"
    .balign 4
    .global \name
    .type   \name, %function
    .thumb_func
\name:
.endm

/* void field25519_multiply(field_number result, const field_number a, const field_number b) */
    function field25519_multiply
    push    {r4-r11, lr}
    sub     sp, sp, #68
    /* The lower half of a with all of b: words 0 to 11. */
    ldm     r1!, {r4-r7}
    mov     r3, #0
    mov     r8, #0
    mov     r9, #0
    mov     r10, #0
    mov     r11, #0
    multiply_row 0, 0, r8, r9, r10, r11, r3
    mov     r8, #0
    multiply_row 1, 1, r9, r10, r11, r3, r8
    mov     r9, #0
    multiply_row 2, 2, r10, r11, r3, r8, r9
    mov     r10, #0
    multiply_row 3, 3, r11, r3, r8, r9, r10
    mov     r11, #0
    multiply_row 4, 4, r3, r8, r9, r10, r11
    mov     r3, #0
    multiply_row 5, 5, r8, r9, r10, r11, r3
    mov     r8, #0
    multiply_row 6, 6, r9, r10, r11, r3, r8
    mov     r9, #0
    multiply_row 7, 7, r10, r11, r3, r8, r9
    strd    r11, r3, [sp, #32]
    strd    r8, r9, [sp, #40]
    /* The upper half, on top of words 4 to 7; the others come as what a row begins with. */
    ldm     r1, {r4-r7}
    add     r12, sp, #16
    ldm     r12, {r8-r11}
    mov     r3, #0
    multiply_row 0, 4, r8, r9, r10, r11, r3
    mov     r8, #0
    multiply_row 1, 5, r9, r10, r11, r3, r8
    mov     r9, #0
    multiply_row 2, 6, r10, r11, r3, r8, r9
    mov     r10, #0
    multiply_row 3, 7, r11, r3, r8, r9, r10
    ldr     r11, [sp, #32]
    multiply_row 4, 8, r3, r8, r9, r10, r11
    ldr     r3, [sp, #36]
    multiply_row 5, 9, r8, r9, r10, r11, r3
    ldr     r8, [sp, #40]
    multiply_row 6, 10, r9, r10, r11, r3, r8
    ldr     r9, [sp, #44]
    multiply_row 7, 11, r10, r11, r3, r8, r9
    strd    r11, r3, [sp, #48]
    strd    r8, r9, [sp, #56]
    ldm     sp, {r4-r11}
    mov     r12, #38
    mov     r2, #0
    fold_word 0, r4
    fold_word 1, r5
    fold_word 2, r6
    fold_word 3, r7
    fold_word 4, r8
    fold_word 5, r9
    fold_word 6, r10
    fold_word 7, r11
    fold_top r4, r5, r6, r7, r8, r9, r10, r11
    stm     r0, {r4-r11}
    add     sp, sp, #68
    pop     {r4-r11, pc}
    .size   field25519_multiply, . - field25519_multiply

/* void field25519_multiply_small(field_number result, const field_number a, uint32_t b) */
    function field25519_multiply_small
    push    {r4-r11, lr}
    mov     r12, r2
    mov     r2, #0
    ldm     r1, {r4-r11}
    .irp    word, r4, r5, r6, r7, r8, r9, r10, r11
    mov     lr, #0
    umaal   lr, r2, \word, r12
    mov     \word, lr
    .endr
    mov     r3, #0
    mov     lr, #38
    umlal   r4, r3, r2, lr
    adds    r5, r5, r3
    adcs    r6, r6, #0
    adcs    r7, r7, #0
    adcs    r8, r8, #0
    adcs    r9, r9, #0
    adcs    r10, r10, #0
    adcs    r11, r11, #0
    mov     r2, #0
    adc     r2, r2, #0
    mul     r2, r2, lr
    adds    r4, r4, r2
    adc     r5, r5, #0
    stm     r0, {r4-r11}
    pop     {r4-r11, pc}
    .size   field25519_multiply_small, . - field25519_multiply_small

/* Eight words, from a register on: r4..r11 with those at r2. */
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

/* void field25519_add(field_number result, const field_number a, const field_number b) */
    function field25519_add
    push    {r4-r11, lr}
    ldm     r1, {r4-r11}
    with_words adds, adcs
    mov     r2, #0
    adc     r2, r2, #0
    fold_top r4, r5, r6, r7, r8, r9, r10, r11
    stm     r0, {r4-r11}
    pop     {r4-r11, pc}
    .size   field25519_add, . - field25519_add

/* void field25519_subtract(field_number result, const field_number a, const field_number b) */
    function field25519_subtract
    push    {r4-r11, lr}
    ldm     r1, {r4-r11}
    with_words subs, sbcs
    sbc     r2, r2, r2
    and     r2, r2, #38
    subs    r4, r4, r2
    sbcs    r5, r5, #0
    sbcs    r6, r6, #0
    sbcs    r7, r7, #0
    sbcs    r8, r8, #0
    sbcs    r9, r9, #0
    sbcs    r10, r10, #0
    sbcs    r11, r11, #0
    sbc     r2, r2, r2
    and     r2, r2, #38
    sub     r4, r4, r2
    stm     r0, {r4-r11}
    pop     {r4-r11, pc}
    .size   field25519_subtract, . - field25519_subtract
