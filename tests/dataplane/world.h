/* world.h - a small image for the tests of the answer path: a few names, one policy. */
#pragma once

#include "dataplane/image.h"

#define WORLD_DAY 100 /* the day on which day.ws is listed */

/*  sink.com, deep.sub.example.org   sinkhole: 192.0.2.1, 192.0.2.2, 2001:db8::1, two NS, a TXT
 *  blocked.com.mx                   nxdomain       empty.nl   nodata
 *  refused.cc                       refuse         silent.ws  drop
 *  day.ws                           sinkhole, on WORLD_DAY only
 *  except.sink.com                  pass
 *  refer.org                        refer
 *  tcp.org                          truncate
 *  told.biz, refused.biz            nxdomain, refuse, with extended error 15 "see us"
 *  bare.biz                         sinkhole by a policy without addresses
 *  zulu.az                          sinkhole by a policy whose TXT records take over 512 bytes
 *  home.test                        a static zone; listed.home.test is on a list too
 * NSID "node7", version "cordon test", no identity.
 * NULL when it could not be made. */
struct image *world_new(void);
