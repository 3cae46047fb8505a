/* Preloaded into a program, this is a file system that has no files without a name (O_TMPFILE). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>

static int pass_on(const char *name, const char *path, int flags, mode_t mode)
{
    if ((flags & O_TMPFILE) == O_TMPFILE) {
        errno = EOPNOTSUPP;
        return -1;
    }
    int (*open_file)(const char *, int, mode_t) =
        (int (*)(const char *, int, mode_t))dlsym(RTLD_NEXT, name);
    return open_file(path, flags, mode);
}

#define DEFINE(NAME)                                       \
    int NAME(const char *path, int flags, ...)             \
    {                                                      \
        va_list rest;                                      \
        va_start(rest, flags);                             \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                      \
        return pass_on(#NAME, path, flags, mode);          \
    }

DEFINE(open)
DEFINE(open64)
