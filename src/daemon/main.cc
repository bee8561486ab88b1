// srsyncd: keeps one StarRocks cluster equal to another.
#include "daemon/daemon.h"

int main(int argc, char** argv) { return srsync::daemon::run_program(argc, argv); }
