/* SPDX-License-Identifier: ISC */
/* nsdot - namespaces drawn, in the language of dot(1), part of nslist.h */
#include <stdio.h>

#include "nslist.h"

/* Light colours, one a kind, in the order of nskinds[]. */
static const char *const colours[NSKIND_COUNT] = {
	"#fde2e2", "#e8e8e8", "#fdf0d5", "#e3f2e1", "#dbe9fb", "#eee0f7", "#fbe4f1", "#e0f3f3",
};

/* Within quotes, at most so many characters; a name from a container must neither end them nor be
 * taken for an escape. */
static void print_text(const char *text, int most)
{
	while (*text && most-- > 0) {
		uint32_t code;
		size_t length = out_decode(text, &code);

		if (!length || out_is_control(code))
			putchar('?');
		else if (code == '"' || code == '\\')
			printf("\\%c", (int)code);
		else
			fwrite(text, 1, length, stdout);
		text += length ? length : 1;
	}
}

static void print_value(struct nsview *view, const char *before, const char *column)
{
	struct out_value value = nsview_find(view, nscolumn_find(column));

	if (value.type == OUT_NULL)
		return;
	fputs(before, stdout);
	if (value.type == OUT_TEXT)
		print_text(value.text, 24);
	else
		printf("%lld", (long long)value.number);
}

/* Two or three lines: what it is, who is in it, its name. */
static void print_node(struct nsview *view, const struct nsentry *ns)
{
	printf("\t\"%lu\" [fillcolor=\"%s\", label=\"%s %lu", (unsigned long)ns->inode,
	       colours[ns->kind - nskinds], ns->kind->name, (unsigned long)ns->inode);
	print_value(view, "\\n", "name");
	if (ns->members > 1)
		printf("\\n%zu processes", ns->members);
	else
		print_value(view, "\\n", ns->members ? "pid" : "held");
	if (ns->members)
		print_value(view, ns->members > 1 ? ", " : " ", "command");
	printf("\"];\n");
}

void nsdot_print(struct nsview *view, struct nsrow *top)
{
	printf("digraph namespaces {\n"
	       "\trankdir=LR; nodesep=0.08; ranksep=0.6;\n"
	       "\tnode [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", "
	       "fontsize=10, margin=\"0.12,0.05\"];\n"
	       "\tedge [arrowsize=0.6, color=\"#666666\"];\n");
	for (struct nsrow *row = top; row; row = nstree_next(row)) {
		nsview_aim(view, row->ns->kind->name, row->ns);
		print_node(view, row->ns);
	}
	for (struct nsrow *row = top; row; row = nstree_next(row))
		if (row->up)
			printf("\t\"%lu\" -> \"%lu\";\n", (unsigned long)row->up->ns->inode,
			       (unsigned long)row->ns->inode);
	printf("}\n");
}
