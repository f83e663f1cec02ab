#include "dataplane/config.h"

#include "dataplane/limit.h"
#include "dataplane/port.h"
#include "dataplane/zones.h"
#include "lists/index.h"
#include "lists/policy.h"

#include <net/if.h>

#define PATH_LEN_MAX 4000
#define FILES_MAX    4096

const char *const config_actions[] = {
    "pass", "nxdomain", "nodata", "sinkhole", "refuse", "drop", "refer", "truncate", NULL};

static const char *const ede_codes[] = {
    "none", "blocked", "censored", "filtered", "prohibited", NULL};

static const char *const log_levels[] = {"error", "warning", "notice", "info", "debug", NULL};
static const char *const cookie_modes[] = {"off", "on", "require", NULL};
static const char *const acl_actions[] = {"refuse", "drop", NULL};
static const char *const forms[] = {"auto", "zone", "rpz", "csv", "hosts", "names", NULL};

#define TOP(field) offsetof(struct config_top, field)
static const struct conf_option top[] = {
    {"listen", CONF_TEXTS, TOP(listen), NULL, false, 0, 64, NULL, NULL,
	"Addresses to answer on through the kernel, UDP and TCP: \"192.0.2.53\", \"[::]:53\""},
    {"control", CONF_TEXT, TOP(control), "/run/cordon/responder.sock", false, 0, 107, NULL, NULL,
	"Socket for cordon(1), empty for none"},
    {"log-level", CONF_CHOICE, TOP(log_level), "notice", false, 0, 0, NULL, log_levels,
	"What is logged"},
    {"log-file", CONF_TEXT, TOP(log_file), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"Log to this file, opened again by \"cordon log-reopen\"; absent: standard error"},
    {"drain-file", CONF_TEXT, TOP(drain_file), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"While this file exists, \"cordon health\" says drained; queries are answered all the "
	"same"},
    {"monitor-log", CONF_INT, TOP(monitor_log), "0", false, 0, 86400, "s", NULL,
	"With a port in mode monitor: how often to log what it saw, by feed; 0: not"},
    {"list-memory", CONF_INT, TOP(list_memory), "0", false, 0, 1 << 24, "MiB", NULL,
	"Memory that one generation of lists may take, 0 for no limit; a reload holds two"},
    {"nsid", CONF_TEXT, TOP(nsid), NULL, false, 0, 63, NULL, NULL,
	"Name server identifier for EDNS (RFC 5001), absent: not told"},
    {"identity", CONF_TEXT, TOP(identity), NULL, false, 0, 63, NULL, NULL,
	"Text of id.server and hostname.bind in class CH; absent: refused"},
    {"version", CONF_TEXT, TOP(version), "cordon " CORDON_VERSION, false, 0, 63, NULL, NULL,
	"Text of version.bind and version.server in class CH; empty: refused"},
    {"user", CONF_TEXT, TOP(user), NULL, false, 1, 32, NULL, NULL,
	"User to go on as, without capabilities, once everything is open; needs a start as root"},
    {"group", CONF_TEXT, TOP(group), NULL, false, 1, 32, NULL, NULL,
	"Its group; absent: the user's own"},
    {"seccomp", CONF_BOOL, TOP(seccomp), "true", false, 0, 0, NULL, NULL,
	"Leave only the system calls that answering and reloading need"},
    {"amplification", CONF_INT, TOP(amplification), "25", false, 0, 10000, "tenths", NULL,
	"An answer's IP packet over UDP is at most so many times the query's, or it goes as TC, "
	"unless "
	"the client has a good cookie; 0 for no bound, else 15 and more"},
    {"blocks-file", CONF_TEXT, TOP(blocks_file), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"Where \"cordon block\" keeps its names, CSV, made at the start if it is not there; "
	"absent: no such "
	"blocks"},
    {"blocks-policy", CONF_TEXT, TOP(blocks_policy), NULL, false, 1, 63, NULL, NULL,
	"Name of the policy that these are answered by; absent: \"default\""},
    {"now", CONF_TEXT, TOP(now), NULL, false, 1, 10, NULL, NULL,
	"Date YYYY-MM-DD to take for today, for tests and exercises alone"},
    {0},
};

#define SOCKETS(field) offsetof(struct config_sockets, field)
static const struct conf_option sockets[] = {
    {"udp-threads", CONF_INT, SOCKETS(udp_threads), "1", false, 1, 16, NULL, NULL,
	"Threads that answer UDP"},
    {"tcp-clients", CONF_INT, SOCKETS(tcp_clients), "1024", false, 1, 65536, NULL, NULL,
	"TCP connections open at a time"},
    {"tcp-clients-per-address", CONF_INT, SOCKETS(tcp_clients_per_address), "32", false, 1, 65536,
	NULL, NULL, "The same for one client address"},
    {"tcp-queries", CONF_INT, SOCKETS(tcp_queries), "0", false, 0, 1000000, NULL, NULL,
	"Queries of one TCP connection, which is closed behind the last answer; 0: no limit"},
    {"tcp-idle", CONF_INT, SOCKETS(tcp_idle), "10", false, 1, 3600, "s", NULL,
	"A TCP connection without a whole query for so long is closed"},
    {0},
};

#define COOKIES(field) offsetof(struct config_cookies, field)
static const struct conf_option cookies[] = {
    {"mode", CONF_CHOICE, COOKIES(mode), "on", false, 0, 0, NULL, cookie_modes,
	"DNS cookies (RFC 7873); with \"require\", UDP clients without one get BADCOOKIE or TC"},
    {"secret-file", CONF_TEXT, COOKIES(secret_file), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"One or two secrets, each 32 hexadecimal digits on a line, the same on all servers of an "
	"address; absent: a random one at each start"},
    {0},
};

#define RRL(field) offsetof(struct config_rrl, field)
#define RATE_MAX   1000000
static const struct conf_option rrl[] = {
    {"rate", CONF_INT, RRL(rate), "0", false, 0, RATE_MAX, "answers/s", NULL,
	"Answers of a class that a network gets from one thread; 0: not limited"},
    {"positive-rate", CONF_INT, RRL(positive_rate), "-1", false, -1, RATE_MAX, "answers/s", NULL,
	"The same for answers with records; -1: as rate, 0: not limited"},
    {"nodata-rate", CONF_INT, RRL(nodata_rate), "-1", false, -1, RATE_MAX, "answers/s", NULL,
	"The same for names without such records"},
    {"nxdomain-rate", CONF_INT, RRL(nxdomain_rate), "-1", false, -1, RATE_MAX, "answers/s", NULL,
	"The same for names that do not exist"},
    {"referral-rate", CONF_INT, RRL(referral_rate), "-1", false, -1, RATE_MAX, "answers/s", NULL,
	"The same for referrals"},
    {"error-rate", CONF_INT, RRL(error_rate), "-1", false, -1, RATE_MAX, "answers/s", NULL,
	"The same for REFUSED, other errors and TC"},
    {"window", CONF_INT, RRL(window), "1", false, 1, 60, "s", NULL,
	"Seconds of its rate that a quiet network saves up for a burst"},
    {"slip", CONF_INT, RRL(slip), "2", false, 0, 100, NULL, NULL,
	"Of the answers over the rate each so-manieth goes as TC, or as BADCOOKIE to a client that "
	"shows a cookie; the others are dropped; 0: all are"},
    {"dry-run", CONF_BOOL, RRL(dry_run), "false", false, 0, 0, NULL, NULL,
	"Limit nothing, count what would be"},
    {"exempt", CONF_TEXTS, RRL(exempt), NULL, false, 0, 4096, NULL, NULL,
	"Prefixes of clients that are not limited"},
    {"ipv4-prefix", CONF_INT, RRL(ipv4_prefix), "24", false, 1, 32, "bits", NULL,
	"What is one network of IPv4"},
    {"ipv6-prefix", CONF_INT, RRL(ipv6_prefix), "56", false, 1, 64, "bits", NULL,
	"What is one network of IPv6"},
    {"table", CONF_INT, RRL(table), "262144", false, LIMIT_BUCKETS_MIN, LIMIT_BUCKETS_MAX,
	"buckets", NULL,
	"Networks and classes a thread keeps apart, 16 bytes each, rounded up to a power of two"},
    {0},
};

#define ACL(field) offsetof(struct config_acl, field)
static const struct conf_option acl[] = {
    {"allow", CONF_TEXTS, ACL(allow), NULL, false, 0, 4096, NULL, NULL,
	"Prefixes of clients that may ask; if there is one, others may not"},
    {"deny", CONF_TEXTS, ACL(deny), NULL, false, 0, 4096, NULL, NULL,
	"Prefixes of clients that may not ask; of several prefixes the longest decides"},
    {"file", CONF_TEXT, ACL(file), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"More of them: a line each, \"allow 192.0.2.0/24\" or \"deny 2001:db8::/32\""},
    {"action", CONF_CHOICE, ACL(action), "refuse", false, 0, 0, NULL, acl_actions,
	"What others get: REFUSED, or silence"},
    {0},
};

#define DPDK(field) offsetof(struct config_dpdk, field)
static const struct conf_option dpdk[] = {
    {"lcores", CONF_TEXT, DPDK(lcores), NULL, false, 1, 255, NULL, NULL,
	"Cores as for EAL -l, e.g. \"1-3\"; the first one works too"},
    {"memory", CONF_INT, DPDK(memory), "0", false, 0, 1 << 20, "MiB", NULL,
	"Memory for packets, 0 for what the ports need"},
    {"huge-pages", CONF_BOOL, DPDK(huge_pages), "true", false, 0, 0, NULL, NULL,
	"Use huge pages for packets"},
    {"busy-poll", CONF_BOOL, DPDK(busy_poll), "false", false, 0, 0, NULL, NULL,
	"Never sleep when no packets come: lower latency, a whole core each"},
    {"file-prefix", CONF_TEXT, DPDK(file_prefix), NULL, false, 1, 63, NULL, NULL,
	"Tells several DPDK programs on one machine apart"},
    {"eal-extra", CONF_TEXTS, DPDK(eal_extra), NULL, false, 0, 32, NULL, NULL,
	"Further EAL arguments, passed on as they are"},
    {0},
};

/* In the order of enum port_mode. */
static const char *const port_modes[] = {"authoritative", "inline", "monitor", NULL};

static const char *const port_tcp[] = {"inspect", "forward", NULL};

#define PORT(field) offsetof(struct config_port, field)
static const struct conf_option port[] = {
    {"device", CONF_TEXT, PORT(device), "0000:01:00.0", true, 1, 63, NULL, NULL,
	"DPDK's name of the device, PCI or virtual (\"net_af_packet0\", \"net_tap0\")"},
    {"args", CONF_TEXT, PORT(args), NULL, false, 0, 255, NULL, NULL,
	"Its device arguments, e.g. \"iface=eth1\""},
    {"addresses", CONF_TEXTS, PORT(addresses), NULL, false, 0, 2L * PORT_ADDRS_MAX, NULL, NULL,
	"IPv4 and IPv6 addresses that are ours on this port"},
    {"mode", CONF_CHOICE, PORT(mode), "authoritative", false, 0, 0, NULL, port_modes,
	"authoritative: answers what is sent to its addresses; inline: stands before a name "
	"server, "
	"answers queries for listed names and hands everything else to its peer; monitor: answers "
	"nothing, counts, and hands everything to its peer if it has one"},
    {"peer", CONF_TEXT, PORT(peer), NULL, false, 1, 63, NULL, NULL,
	"Device of the port on the other side, whose peer is this one"},
    {"forge-signed", CONF_BOOL, PORT(forge_signed), "false", false, 0, 0, NULL, NULL,
	"Take actions inline that validating resolvers refuse where a zone is signed"},
    {"tcp", CONF_CHOICE, PORT(tcp), "inspect", false, 0, 0, NULL, port_tcp,
	"Inline: look into DNS over TCP too, or let all of it through"},
    {"mtu", CONF_INT, PORT(mtu), "1500", false, 1280, 9600, "bytes", NULL,
	"Largest packet taken, where the device can be told; its buffers are made for that"},
    {"vlans", CONF_TEXTS, PORT(vlans), NULL, false, 0, 64, NULL, NULL,
	"VLANs whose frames are taken besides untagged ones: \"7\", \"7-9\" or \"any\"; of two "
	"tags "
	"the outer one counts, and an answer has those of its query; inline and in a monitor "
	"absent "
	"means any"},
    {"any-address", CONF_BOOL, PORT(any_address), "false", false, 0, 0, NULL, NULL,
	"Answer queries to whatever address, for replayed traffic"},
    {"check-checksums", CONF_BOOL, PORT(check_checksums), "true", false, 0, 0, NULL, NULL,
	"Verify IP and UDP checksums where the device does not"},
    {"promiscuous", CONF_BOOL, PORT(promiscuous), "false", false, 0, 0, NULL, NULL,
	"Take frames for other MAC addresses from the device"},
    {"udp-port", CONF_INT, PORT(udp_port), "53", false, 1, 65535, NULL, NULL,
	"UDP port of queries"},
    {"rx-descriptors", CONF_INT, PORT(rx_descriptors), "1024", false, 64, 16384, NULL, NULL,
	"Length of each receive queue"},
    {"tx-descriptors", CONF_INT, PORT(tx_descriptors), "1024", false, 64, 16384, NULL, NULL,
	"Length of each transmit queue"},
    {"exception", CONF_TEXT, PORT(exception), NULL, false, 1, IFNAMSIZ - 1, NULL, NULL,
	"Kernel interface to make, with the port's MAC, for what is not answered here: TCP, BGP, "
	"ICMP "
	"errors"},
    {"exception-rate", CONF_INT, PORT(exception_rate), "2000", false, 0, 10000000, "frames/s", NULL,
	"That a client's network (/24 or /56) may send there, on each core; 0: any"},
    {"exception-total", CONF_INT, PORT(exception_total), "50000", false, 0, 10000000, "frames/s",
	NULL, "That all networks may send there, on each core; 0: any"},
    {"exception-exempt", CONF_TEXTS, PORT(exception_exempt), NULL, false, 0, PORT_ADDRS_MAX, NULL,
	NULL, "Prefixes that these two do not limit, such as that of the BGP neighbours"},
    {0},
};

#define POLICY(field) offsetof(struct config_policy, field)
static const struct conf_option policy[] = {
    {"name", CONF_TEXT, POLICY(name), "sinkhole", true, 1, 63, NULL, NULL,
	"Name of the policy; \"default\" is used where a feed names none"},
    {"a", CONF_TEXTS, POLICY(a), NULL, false, 0, POLICY_ADDRS_MAX, NULL, NULL,
	"IPv4 addresses of the sinkhole"},
    {"aaaa", CONF_TEXTS, POLICY(aaaa), NULL, false, 0, POLICY_ADDRS_MAX, NULL, NULL,
	"IPv6 addresses of the sinkhole"},
    {"ns", CONF_TEXTS, POLICY(ns), NULL, false, 0, POLICY_NS_MAX, NULL, NULL,
	"Name servers of sinkholed names; absent: \"mname\""},
    {"any-ns", CONF_BOOL, POLICY(any_ns), "false", false, 0, 0, NULL, NULL,
	"Take \"ns\" outside of static zones that are listed, or below no top level domain"},
    {"txt", CONF_TEXTS, POLICY(txt), NULL, false, 0, POLICY_TXT_MAX, NULL, NULL,
	"TXT records, 255 bytes each: why the name is here, whom to ask"},
    {"mname", CONF_TEXT, POLICY(mname), NULL, false, 1, 1009, NULL, NULL,
	"Primary name server in the SOA; absent: the first of \"ns\", or \"sinkhole.invalid\""},
    {"rname", CONF_TEXT, POLICY(rname), NULL, false, 1, 1009, NULL, NULL,
	"Mailbox in the SOA, as a name; absent: \"hostmaster.\" and \"mname\""},
    {"ttl", CONF_INT, POLICY(ttl), "300", false, 0, CONFIG_TTL_MAX, "s", NULL,
	"TTL of A, AAAA, NS, SOA and TXT answers"},
    {"negative-ttl", CONF_INT, POLICY(negative_ttl), "300", false, 0, 86400, "s", NULL,
	"SOA minimum, and TTL of NXDOMAIN and NODATA where ttl is not less"},
    {"serial", CONF_INT, POLICY(serial), "1", false, 0, UINT32_MAX, NULL, NULL, "SOA serial"},
    {"refresh", CONF_INT, POLICY(refresh), "3600", false, 1, CONFIG_TTL_MAX, "s", NULL,
	"SOA refresh"},
    {"retry", CONF_INT, POLICY(retry), "900", false, 1, CONFIG_TTL_MAX, "s", NULL, "SOA retry"},
    {"expire", CONF_INT, POLICY(expire), "604800", false, 1, 4L * CONFIG_TTL_MAX, "s", NULL,
	"SOA expire"},
    {"ede", CONF_CHOICE, POLICY(ede), "none", false, 0, 0, NULL, ede_codes,
	"Extended DNS error of nxdomain, nodata and refuse: codes 15 to 18 of RFC 8914"},
    {"ede-text", CONF_TEXT, POLICY(ede_text), NULL, false, 1, 63, NULL, NULL,
	"Text behind that code, UTF-8"},
    {"pool-a", CONF_TEXT, POLICY(pool_a), NULL, false, 1, 63, NULL, NULL,
	"Prefix of IPv4 addresses, \"198.51.100.0/24\", of which name and time choose one; instead "
	"of a"},
    {"pool-aaaa", CONF_TEXT, POLICY(pool_aaaa), NULL, false, 1, 63, NULL, NULL,
	"The same for IPv6, \"2001:db8:1::/64\"; instead of aaaa"},
    {"pool-key", CONF_TEXT, POLICY(pool_key), NULL, false, 32, 32, NULL, NULL,
	"Secret that chooses, 32 hexadecimal digits, the same on all nodes; cordon attribute needs "
	"it"},
    {"pool-slot", CONF_INT, POLICY(pool_slot), "3600", false, 60, CONFIG_TTL_MAX, "s", NULL,
	"How long a name keeps its address of a pool; ttl may not be longer"},
    {0},
};

#define FEED(field) offsetof(struct config_feed, field)
static const struct conf_option feed[] = {
    {"name", CONF_TEXT, FEED(name), "conficker-c", true, 1, 63, NULL, NULL,
	"Name of the feed, [a-z0-9-]; zones must say the same"},
    {"files", CONF_TEXTS, FEED(files), "lists/conficker-c/*.zone", true, 1, FILES_MAX, NULL, NULL,
	"List files; * ? [ ] match names of files; relative to this file's directory"},
    {"deltas", CONF_TEXTS, FEED(deltas), NULL, false, 0, FILES_MAX, NULL, NULL,
	"Delta files of these lists, paths or patterns that need not match any yet"},
    {"form", CONF_CHOICE, FEED(form), "auto", false, 0, 0, NULL, forms, "Form of the files"},
    {"action", CONF_CHOICE, FEED(action), "nxdomain", true, 0, 0, NULL, config_actions,
	"What is done with queries for names whose entry does not say"},
    {"policy", CONF_TEXT, FEED(policy), NULL, false, 1, 63, NULL, NULL,
	"Name of the policy that answers are made of"},
    {"max-names", CONF_INT, FEED(max_names), "20000000", false, 1, INDEX_NAMES_MAX, NULL, NULL,
	"A feed with more entries is refused"},
    {0},
};

#define ZONE(field) offsetof(struct config_zone, field)
static const struct conf_option zone[] = {
    {"origin", CONF_TEXT, ZONE(origin), "sinkhole.example", true, 1, 1009, NULL, NULL,
	"Name of the zone; it answers for every name at and below, whatever lists say"},
    {"file", CONF_TEXT, ZONE(file), "zones/sinkhole.example.zone", true, 1, PATH_LEN_MAX, NULL,
	NULL, "Zone file (RFC 1035 5), unsigned; relative to this file's directory"},
    {"max-records", CONF_INT, ZONE(max_records), "100000", false, 1, SZONE_RECORDS_MAX, NULL, NULL,
	"A file with more records is refused"},
    {0},
};

#define IN(field) offsetof(struct config, field)
const struct conf_section config_sections[] = {
    {NULL, false, IN(top), sizeof(struct config_top), 0, top, NULL, false},
    {"sockets", false, IN(sockets), sizeof(struct config_sockets), 0, sockets,
	"Limits of kernel sockets", false},
    {"cookies", false, IN(cookies), sizeof(struct config_cookies), 0, cookies,
	"DNS cookies: who has a good one has shown its address and is not limited", false},
    {"rrl", false, IN(rrl), sizeof(struct config_rrl), 0, rrl,
	"Response rate limiting, for UDP clients without a good cookie", false},
    {"acl", false, IN(acl), sizeof(struct config_acl), 0, acl, "Who may ask", false},
    {"dpdk", false, IN(dpdk), sizeof(struct config_dpdk), 0, dpdk,
	"DPDK's environment, used if there is a port", false},
    {"ports", true, IN(ports), sizeof(struct config_port), PORTS_MAX, port,
	"DPDK ports to answer on", true},
    {"policies", true, IN(policies), sizeof(struct config_policy), POLICIES_MAX - 1, policy,
	"What sinkholed and blocked names are answered with", true},
    {"feeds", true, IN(feeds), sizeof(struct config_feed), INDEX_FEEDS_MAX, feed,
	"Lists, in order of precedence", true},
    {"zones", true, IN(zones), sizeof(struct config_zone), ZONES_MAX, zone,
	"Static zones: the sinkhole's own names, such as those of its name servers", true},
    {0},
};
