/* Stands in for java.exe: says the version in STAND_IN_VERSION, or else where it runs and its arguments; ends with STAND_IN_EXIT. */
#include <direct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    const char *version = getenv("STAND_IN_VERSION");
    const char *code = getenv("STAND_IN_EXIT");
    char here[1024];
    if (version == NULL) {
        version = "17.0.15";
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        if (strncmp(version, "1.", 2) == 0) {
            fprintf(stderr, "Unrecognized option: --version\n");
            return 1;
        }
        printf("openjdk %s 2026-01-20\nOpenJDK Runtime Environment 18.9 (build %s)\nOpenJDK 64-Bit Server VM (build %s)\n",
                version, version, version);
        return 0;
    }
    printf("in %s\n", _getcwd(here, sizeof here));
    for (int i = 1; i < argc; i++) {
        printf("%s\n", argv[i]);
    }
    return code == NULL ? 0 : atoi(code);
}
