/* SPDX-License-Identifier: ISC */
/* hop - do nothing, then become the program that is named, if one is */
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2)
		return 0;
	execv(argv[1], argv + 1);
	return 127;
}
