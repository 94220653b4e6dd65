/* Compiled modules, kept outside of the folders they come from. */
#ifndef BYTECODE_H
#define BYTECODE_H

#include <wchar.h>

/* Where the interpreter keeps bytecode: its pycache_prefix.  Static. */
const wchar_t *bytecode_prefix(void);

/* Removes what is kept of a folder, an absolute path.  Bytecode is told from outdated one by
 * the second in which its source was written, and a developer saves twice in one. */
void bytecode_forget(const char *folder);

#endif
