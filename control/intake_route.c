#include "control/intake_impl.h"

const struct intake_handler intake_handlers[INTAKE_ROUTES] = {
    [ROUTE_UPDATE] = {"PUT, GET, HEAD", intake_update_begin, intake_upload_write,
	intake_update_finish, intake_update_answer, NULL},
};
