/* Stands in for findstr.exe as "findstr /r /b /c:pattern ...": a line that starts with one of the patterns; letters, [a-b] and "." are known. */
#include <stdio.h>
#include <string.h>

static int starts(const char *line, const char *pattern) {
    for (; *pattern; line++) {
        if (*pattern == '[') {
            if (*line < pattern[1] || *line > pattern[3]) {
                return 0;
            }
            pattern += 5;
        } else if (*line == 0 || (*pattern != '.' && *pattern != *line)) {
            return 0;
        } else {
            pattern++;
        }
    }
    return 1;
}

int main(int argc, char **argv) {
    char line[4096];
    int found = 0;
    while (fgets(line, sizeof line, stdin)) {
        for (int i = 1; i < argc; i++) {
            found |= strncmp(argv[i], "/c:", 3) == 0 && starts(line, argv[i] + 3);
        }
    }
    return !found;
}
