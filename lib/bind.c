/* SPDX-License-Identifier: ISC */
/* bind - the files that keep the namespaces of a plan */
#include "bind.h"

#include <fcntl.h>
#include <stdlib.h>

#include "die.h"
#include "hint.h"
#include "pin.h"

/* The first `count`. */
static void remove_files(const struct plan *plan, int count)
{
	for (int i = 0; i < count; i++)
		if (plan->file[i])
			pin_remove(AT_FDCWD, plan->file[i]);
}

void bind_remove(const struct plan *plan)
{
	if (plan->pin)
		pin_remove_all(plan->pin, plan->flags);
	remove_files(plan, NSKIND_COUNT);
}

void bind_add(const struct plan *plan, int procdir)
{
	for (int i = 0; i < NSKIND_COUNT; i++) {
		const char *kind = nskinds[i].name;

		if (!plan->file[i] || pin_add(procdir, kind, AT_FDCWD, plan->file[i]) == 0)
			continue;
		warn("bind the %s namespace to '%s'", kind, plan->file[i]);
		hint_for(HINT_PIN, nskinds[i].flag);
		remove_files(plan, i);
		exit(EXIT_SELF);
	}
	if (!plan->pin || pin_add_all(procdir, plan->flags, plan->pin) == 0)
		return;
	warn("bind the namespaces to files in '%s'", plan->pin);
	hint_for(HINT_PIN, plan->flags);
	remove_files(plan, NSKIND_COUNT);
	exit(EXIT_SELF);
}
