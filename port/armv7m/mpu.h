/* The memory protection unit: what may be read, written and executed. */
#ifndef MPU_H
#define MPU_H

/* Protects the regions of the linker script and switches the MPU on.
 *
 *   vectors  (first KiB)   no access: a NULL dereference faults
 *   FLASH                  read, execute
 *   RAM, PSRAM             read, write
 *   XROM                   read
 *   stack guard            no access: an overflow faults
 *   everything else        as the architecture's default map (devices) */
void mpu_start(void);

#endif
