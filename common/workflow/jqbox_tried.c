#include "common/workflow/jqbox_tried.h"

#include "common/log/log.h"
#include "common/os/file.h"
#include <fcntl.h>

#define TRIED_MAX ((size_t)4 << 20)

json_t *jqbox_tried_read(const char *path)
{
	struct buf text;
	json_t *list = NULL, *tried = json_object(), *one = NULL;
	size_t i = 0;
	buf_init(&text, TRIED_MAX);
	int rc = file_read(AT_FDCWD, path, TRIED_MAX, &text);
	if (rc == 0)
		rc = json_parse(buf_view(&text), TRIED_MAX, &list, NULL);
	if (rc < 0 && rc != ERR_NOTFOUND)
		log_warn("jqbox", "file=%s error=%s text=\"every program is compiled anew\"", path,
			err_name(rc));
	json_array_foreach(list, i, one) if (json_is_string(one))
		json_object_set_new(tried, json_string_value(one), json_true());
	json_decref(list);
	buf_fini(&text);
	return tried;
}

int jqbox_tried_write(const char *path, char *const *texts, size_t n)
{
	struct buf text;
	json_t *list = json_array();
	buf_init(&text, TRIED_MAX);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(texts[i]));
	int rc = json_array_size(list) == n ? json_canon(list, &text) : ERR_NOMEM;
	if (rc == 0)
		rc = file_write(AT_FDCWD, path, 0600, buf_view(&text), "jqbox.tried");
	json_decref(list);
	buf_fini(&text);
	return rc;
}
