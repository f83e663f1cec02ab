#include "control/intake_impl.h"

const struct intake_handler intake_handlers[INTAKE_ROUTES] = {
    [ROUTE_UPDATE] = {"PUT, GET, HEAD", intake_update_begin, intake_upload_write,
	intake_update_finish, intake_update_answer, NULL},
    [ROUTE_RECEIPT] = {"POST", intake_receipt_begin, intake_receipt_body, intake_receipt_finish,
	intake_receipt_answer, NULL},
};
