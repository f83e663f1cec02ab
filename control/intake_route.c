#include "control/intake_impl.h"

const struct intake_handler intake_handlers[INTAKE_ROUTES] = {
    [ROUTE_UPDATE] = {"PUT, GET, HEAD", intake_update_begin, intake_upload_write,
	intake_update_finish, intake_update_answer, NULL},
    [ROUTE_RECEIPT] = {"POST", intake_receipt_begin, intake_receipt_body, intake_receipt_finish,
	intake_receipt_answer, NULL},
    [ROUTE_DRY_RUN] = {"PUT", intake_update_begin, intake_upload_write, intake_update_finish,
	intake_update_answer, NULL},
    [ROUTE_ZONES] = {"GET, HEAD", intake_zones_begin, NULL, intake_zones_finish, NULL,
	intake_zones_end},
    [ROUTE_ZONE] = {"GET, HEAD", intake_zones_begin, NULL, intake_zone_finish, NULL,
	intake_zones_end},
    [ROUTE_DELTA] = {"GET, HEAD", intake_zones_begin, NULL, intake_delta_finish, NULL,
	intake_zones_end},
    [ROUTE_PROOF] = {"GET, HEAD", intake_zones_begin, NULL, intake_proof_finish, NULL,
	intake_zones_end},
};
