#include "control/hub_config.h"

#include "control/pull_catalog.h"
#include "control/pull_tls.h"
#include "control/registries.h"
#include "lists/export.h"

#define PATH_LEN_MAX 4095

static const char *const roles[] = {"hub", "node", NULL};
static const char *const source_tls[] = {"no", "required", NULL};
static const char *const log_levels[] = {"error", "warning", "notice", "info", "debug", NULL};

#define TOP(field) offsetof(struct config_hub, field)
static const struct conf_option top[] = {
    {"role", CONF_CHOICE, TOP(role), "hub", false, 0, 0, NULL, roles,
	"hub: take in updates and hand out parts; node: fetch parts from \"sources\", verify them, "
	"and feed the responders and name servers here"},
    {"state", CONF_TEXT, TOP(state), "/var/lib/cordon", false, 1, 3000, NULL, NULL,
	"Directory of the database, the zones, uploads and the drop folder"},
    {"domain", CONF_TEXT, TOP(domain), "lists.example", true, 1, 253, NULL, NULL,
	"The hub's domain: a part is the zone SUFFIX.FEED.DOMAIN"},
    {"registries", CONF_TEXT, TOP(registries), REGISTRIES_PATH, false, 1, PATH_LEN_MAX, NULL, NULL,
	"The directory of registries; relative to this file's directory"},
    {"registry-keys", CONF_TEXT, TOP(registry_keys), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"File of the registries' TSIG keys, tokens and certificates, likewise; without it nobody "
	"may "
	"transfer or download"},
    {"control", CONF_TEXT, TOP(control), "/run/cordond/cordond.sock", false, 0, 107, NULL, NULL,
	"Socket for cordon(1), empty for none"},
    {"log-level", CONF_CHOICE, TOP(log_level), "notice", false, 0, 0, NULL, log_levels,
	"What is logged"},
    {"user", CONF_TEXT, TOP(user), NULL, false, 1, 32, NULL, NULL,
	"User to go on as, when started as root; the state directory must be that user's"},
    {"group", CONF_TEXT, TOP(group), NULL, false, 1, 32, NULL, NULL,
	"Its group; absent: the user's own"},
    {"seccomp", CONF_BOOL, TOP(seccomp), "true", false, 0, 0, NULL, NULL,
	"Leave the children that meet strangers' bytes only the system calls that they need"},
    {"clock-offset", CONF_INT, TOP(clock_offset), "0", false, -4000000000, 4000000000, "s", NULL,
	"Added to the system's clock, for tests and exercises alone"},
    {"history-versions", CONF_INT, TOP(history_versions), "30", false, 0, 250, NULL, NULL,
	"Earlier versions of each zone that are kept for IXFR and rollback"},
    {"history-age", CONF_INT, TOP(history_age), "90", false, 0, 36500, "days", NULL,
	"Versions older than this are not kept, 0 for no limit"},
    {"decisions-age", CONF_INT, TOP(decisions_age), "90", false, 0, 36500, "days", NULL,
	"What was decided on updates that no kept version came of, and its .verdict file, is not "
	"kept longer, 0 for no limit; the audit has it still"},
    {"uploads-age", CONF_INT, TOP(uploads_age), "7", false, 0, 36500, "days", NULL,
	"Uploads over HTTPS that nobody goes on with are not kept longer, 0 for no limit"},
    {"archive-max", CONF_INT, TOP(archive_max), "256", false, 1, 4096, "MiB", NULL,
	"Largest update that is taken in"},
    {"expanded-max", CONF_INT, TOP(expanded_max), "1024", false, 1, 16384, "MiB", NULL,
	"The same once it is expanded"},
    {"judge-memory", CONF_INT, TOP(judge_memory), "2048", false, 64, 65536, "MiB", NULL,
	"Memory that checking an update may take"},
    {"judge-time", CONF_INT, TOP(judge_time), "120", false, 1, 3600, "s", NULL,
	"Processor time that checking an update may take"},
    {0},
};

#define TRANSFER(field) offsetof(struct config_transfer, field)
static const struct conf_option transfer[] = {
    {"listen", CONF_TEXTS, TRANSFER(listen), NULL, false, 0, 8, NULL, NULL,
	"Addresses for zone transfer over TCP and for SOA queries over UDP: \"192.0.2.53\", "
	"\"[::]:53\""},
    {"listen-tls", CONF_TEXTS, TRANSFER(listen_tls), NULL, false, 0, 8, NULL, NULL,
	"Addresses for zone transfer over TLS, with their port: \"192.0.2.53:853\""},
    {"certificate", CONF_TEXT, TRANSFER(certificate), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"Certificate chain for TLS, PEM"},
    {"key", CONF_TEXT, TRANSFER(key), NULL, false, 1, PATH_LEN_MAX, NULL, NULL, "Its key, PEM"},
    {"connections", CONF_INT, TRANSFER(connections), "1024", false, 1, 4096, NULL, NULL,
	"Connections at a time"},
    {"connections-per-client", CONF_INT, TRANSFER(connections_per_client), "16", false, 1, 4096,
	NULL, NULL, "The same for one IPv4 address or IPv6 /64"},
    {"transfers-per-registry", CONF_INT, TRANSFER(transfers_per_registry), "8", false, 1, 4096,
	NULL, NULL, "Transfers of one registry under way"},
    {"idle", CONF_INT, TRANSFER(idle), "10", false, 1, 3600, "s", NULL,
	"A connection without a whole request for so long is closed"},
    {"stall", CONF_INT, TRANSFER(stall), "30", false, 1, 3600, "s", NULL,
	"A transfer of which nothing is taken for so long is ended"},
    {"longest", CONF_INT, TRANSFER(longest), "600", false, 1, 86400, "s", NULL,
	"A transfer that takes longer is ended"},
    {0},
};

#define HTTPS(field) offsetof(struct config_https, field)
static const struct conf_option https[] = {
    {"listen", CONF_TEXTS, HTTPS(listen), NULL, false, 0, 8, NULL, NULL,
	"Addresses to take updates and to hand out parts on, with their port: \"192.0.2.53:443\""},
    {"certificate", CONF_TEXT, HTTPS(certificate), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"Certificate chain, PEM"},
    {"key", CONF_TEXT, HTTPS(key), NULL, false, 1, PATH_LEN_MAX, NULL, NULL, "Its key, PEM"},
    {"client-ca", CONF_TEXT, HTTPS(client_ca), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"Certificates that may have issued those of publishers and registries, PEM; absent: tokens "
	"alone"},
    {"connections", CONF_INT, HTTPS(connections), "64", false, 1, 1024, NULL, NULL,
	"Connections at a time"},
    {"connections-per-client", CONF_INT, HTTPS(connections_per_client), "8", false, 1, 1024, NULL,
	NULL, "The same for one address"},
    {"header-max", CONF_INT, HTTPS(header_max), "16384", false, 2048, 65536, "bytes", NULL,
	"Memory for a request's line and header fields"},
    {"idle", CONF_INT, HTTPS(idle), "20", false, 1, 3600, "s", NULL,
	"A connection on which nothing comes for so long is closed"},
    {"longest", CONF_INT, HTTPS(longest), "900", false, 1, 86400, "s", NULL,
	"A request that takes longer is ended"},
    {"downloads-per-registry", CONF_INT, HTTPS(downloads_per_registry), "8", false, 1, 1024, NULL,
	NULL, "Downloads of one registry under way"},
    {"requests-per-minute", CONF_INT, HTTPS(requests_per_minute), "1200", false, 1, 1000000, NULL,
	NULL, "Requests of one registry that are answered, as many of them at once"},
    {0},
};

#define NODE(field) offsetof(struct config_node, field)
static const struct conf_option node[] = {
    {"lists", CONF_TEXT, NODE(lists), NULL, false, 1, 3000, NULL, NULL,
	"Folder in which each part appears as SUFFIX.FEED.zone, for the responders' "
	"configurations"},
    {"responders", CONF_TEXTS, NODE(responders), NULL, false, 0, 16, NULL, NULL,
	"Control sockets of responders that are told to reload when a list has changed"},
    {"withdraw", CONF_BOOL, NODE(withdraw), "true", false, 0, 0, NULL, NULL,
	"Empty a list whose signatures have expired; false: leave it, its windows end it"},
    {"refresh", CONF_INT, NODE(refresh), "60", false, 1, 86400, "s", NULL,
	"How often a part is asked for"},
    {"retry", CONF_INT, NODE(retry), "10", false, 1, 86400, "s", NULL,
	"The same after a failure; the next source is asked then"},
    {"stall", CONF_INT, NODE(stall), "10", false, 1, 3600, "s", NULL,
	"A source that does not answer, or sends nothing, for so long is left"},
    {"longest", CONF_INT, NODE(longest), "600", false, 1, 86400, "s", NULL,
	"Fetching and verifying a part that takes longer is ended"},
    {"zone-max", CONF_INT, NODE(zone_max), "512", false, 1, 16384, "MiB", NULL,
	"Largest part that is taken"},
    {"pulls", CONF_INT, NODE(pulls), "4", false, 1, 64, NULL, NULL, "Parts fetched at a time"},
    {"catalog", CONF_TEXT, NODE(catalog), NULL, false, 1, 253, NULL, NULL,
	"Catalog zone (RFC 9432) of the sources that names further parts: a hub's is "
	"\"catalog.REGISTRY.DOMAIN\"; of each feed those at or below its \"suffixes\", or any"},
    {"parts", CONF_INT, NODE(parts), "1024", false, 1, PULL_MEMBERS_MAX, NULL, NULL,
	"Most members of the catalog; one with more is not followed"},
    {"policy", CONF_TEXT, NODE(policy), NULL, false, 1, 3000, NULL, NULL,
	"Folder in which the policy zone (RPZ) of each part for today appears as "
	"SUFFIX.FEED.rpz.zone, for name servers"},
    {"registry", CONF_TEXT, NODE(registry), NULL, false, 1, REGISTRY_NAME_MAX - 1, NULL, NULL,
	"Name of this registry in the hub's directory, for receipts"},
    {"receipt-key", CONF_TEXT, NODE(receipt_key), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"Private key, of cordon-keygen(1), that signs receipts; relative to this file's directory, "
	"or "
	"pkcs11:"},
    {0},
};

#define SOURCE(field) offsetof(struct config_source, field)
static const struct conf_option source[] = {
    {"name", CONF_TEXT, SOURCE(name), "hub", true, 1, 63, NULL, NULL,
	"Name of the source, [a-z0-9-]"},
    {"address", CONF_TEXT, SOURCE(address), "192.0.2.53", true, 1, 64, NULL, NULL,
	"Its address, with a port if that is not 53"},
    {"notify-from", CONF_TEXTS, SOURCE(notify_from), NULL, false, 0, 8, NULL, NULL,
	"Addresses or networks that its NOTIFY may come from; absent: \"address\" alone"},
    {"tls", CONF_CHOICE, SOURCE(tls), "no", false, 0, 0, NULL, source_tls,
	"Whether it is asked over TLS (RFC 9103), then by default at port 853; there is no falling "
	"back"},
    {"tls-ca", CONF_TEXT, SOURCE(tls_ca), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"Authorities that may have issued its certificate, PEM; needs \"tls-name\""},
    {"tls-name", CONF_TEXT, SOURCE(tls_name), NULL, false, 1, 253, NULL, NULL,
	"Name that its certificate must have"},
    {"tls-pins", CONF_TEXTS, SOURCE(tls_pins), NULL, false, 0, PULL_TLS_PINS_MAX, NULL, NULL,
	"SHA-256 digests in hex of its public key or of its certificate; with \"tls-ca\" both must "
	"hold"},
    {"receipts", CONF_TEXT, SOURCE(receipts), NULL, false, 1, 1000, NULL, NULL,
	"Where receipts go: \"https://hub.example/v1/receipts\"; absent: nowhere"},
    {"receipts-ca", CONF_TEXT, SOURCE(receipts_ca), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"Authorities that may have issued the certificate there, PEM; absent: the system's"},
    {"key", CONF_TEXT, SOURCE(key), "tw-registry.", true, 1, 1009, NULL, NULL,
	"Name of the TSIG key, as on the other side"},
    {"algorithm", CONF_CHOICE, SOURCE(algorithm), "hmac-sha256", false, 0, 0, NULL,
	registry_algorithms, "Algorithm of the key"},
    {"secret-file", CONF_TEXT, SOURCE(secret_file), "secrets/hub", true, 1, PATH_LEN_MAX, NULL,
	NULL, "File with the key's secret in base64; relative to this file's directory"},
    {0},
};

#define COMMAND(field) offsetof(struct config_command, field)
static const struct conf_option command[] = {
    {"name", CONF_TEXT, COMMAND(name), "bind", true, 1, 20, NULL, NULL,
	"Name of the command, [a-z0-9-]"},
    {"argv", CONF_TEXTS, COMMAND(argv), "/usr/sbin/rndc reload", true, 1, HUB_COMMAND_WORDS, NULL,
	NULL, "The program's path and its arguments; no shell reads them"},
    {0},
};

#define PUBLISHER(field) offsetof(struct config_publisher, field)
static const struct conf_option publisher[] = {
    {"name", CONF_TEXT, PUBLISHER(name), "alice", true, 1, 63, NULL, NULL,
	"Name of the publisher, [a-z0-9-]"},
    {"feeds", CONF_TEXTS, PUBLISHER(feeds), "conficker-c", true, 1, HUB_FEEDS_MAX, NULL, NULL,
	"Feeds that it may bring updates of; that says nothing about its signature"},
    {"tokens", CONF_TEXTS, PUBLISHER(tokens), NULL, false, 0, 8, NULL, NULL,
	"SHA-256 digests in hex of the tokens that it may show"},
    {"certificates", CONF_TEXTS, PUBLISHER(certificates), NULL, false, 0, 8, NULL, NULL,
	"SHA-256 fingerprints in hex of the client certificates that it may show"},
    {0},
};

#define FEED(field) offsetof(struct config_hub_feed, field)
static const struct conf_option feed[] = {
    {"name", CONF_TEXT, FEED(name), "conficker-c", true, 1, 63, NULL, NULL,
	"Name of the feed, [a-z0-9-]"},
    {"keys", CONF_TEXTS, FEED(keys), "keys/alice.key keys/bob.key", true, 1, 64, NULL, NULL,
	"Files with the publishers' public keys (DNSKEY); relative to this file's directory"},
    {"threshold", CONF_INT, FEED(threshold), "2", false, 1, 64, "keys", NULL,
	"How many different keys must have signed an update"},
    {"keys-version", CONF_INT, FEED(keys_version), "1", false, 1, UINT32_MAX, NULL, NULL,
	"Version of these keys; a key change that was taken in counts while its version is higher"},
    {"key-change", CONF_BOOL, FEED(key_change), "true", false, 0, 0, NULL, NULL,
	"Let the publishers change the keys, by a key change that enough of the old and of the new "
	"ones signed"},
    {"keys-min", CONF_INT, FEED(keys_min), "1", false, 1, 64, "keys", NULL,
	"A key change must leave at least so many"},
    {"threshold-min", CONF_INT, FEED(threshold_min), "0", false, 0, 64, "keys", NULL,
	"A key change must ask for at least so many of them; 0: for \"threshold\""},
    {"override-threshold", CONF_INT, FEED(override_threshold), "0", false, 0, 64, "keys", NULL,
	"How many must have signed one that says \"override=GUARD\", for that guard not to refuse "
	"it; 0: none is ever overridden"},
    {"from-sources", CONF_BOOL, FEED(from_sources), "false", false, 0, 0, NULL, NULL,
	"With role \"hub\": take updates and key changes over from \"sources\", other hubs of this "
	"domain"},
    {"suffixes", CONF_TEXTS, FEED(suffixes), NULL, false, 0, 4096, NULL, NULL,
	"Guard suffix: parts may be of these suffixes, or below them, alone; absent: of any; with "
	"role \"node\": the parts to fetch, and with \"catalog\" what it may add"},
    {"actions", CONF_TEXTS, FEED(actions), "sinkhole nxdomain nodata", false, 0, 8, NULL, NULL,
	"Guard action: what entries may ask for; an entry may always leave it to the feed"},
    {"window-max", CONF_INT, FEED(window_max), "400", false, 0, 40000, "days", NULL,
	"Guard window: the longest window of an entry, 0 for any, an open one too"},
    {"names-max", CONF_INT, FEED(names_max), "5000000", false, 0, 200000000, NULL, NULL,
	"Guard names: entries of all parts, 0 for any number"},
    {"change-max", CONF_INT, FEED(change_max), "0", false, 0, 200000000, NULL, NULL,
	"Guard change: entries added and removed by one update, 0 for any number"},
    {"change-percent-max", CONF_INT, FEED(change_percent_max), "100", false, 0, 1000000, "%", NULL,
	"Guard change-percent: the same against the entries in force, 0 for any number"},
    {"protect", CONF_TEXTS, FEED(protect), NULL, false, 0, 4096, NULL, NULL,
	"Guard protected: names that no entry may hit, itself or from above"},
    {"protect-below", CONF_TEXTS, FEED(protect_below), NULL, false, 0, 4096, NULL, NULL,
	"The same, for all names below too"},
    {"allow", CONF_TEXTS, FEED(allow), NULL, false, 0, 64, NULL, NULL,
	"Guard allowed: files of names that no entry may hit, as for cordon-check(1)"},
    {"public-suffixes", CONF_BOOL, FEED(public_suffixes), "true", false, 0, 0, NULL, NULL,
	"Guard public-suffix: no entry may be a public suffix"},
    {"policy-addresses", CONF_TEXTS, FEED(policy_addresses), NULL, false, 0, 2 * POLICY_ADDRS_MAX,
	NULL, NULL,
	"What policy zones answer for entries of action sinkhole: IPv4 and IPv6 addresses"},
    {"policy-ttl", CONF_INT, FEED(policy_ttl), "300", false, 1, 86400, "s", NULL,
	"TTL of the records of policy zones"},
    {0},
};

#define EXPORT(field) offsetof(struct config_export, field)
static const struct conf_option export[] = {
    {"name", CONF_TEXT, EXPORT(name), "tw-rpz", true, 1, 63, NULL, NULL,
	"Name of the export, [a-z0-9-]"},
    {"registry", CONF_TEXT, EXPORT(registry), "tw-registry", true, 1, REGISTRY_NAME_MAX - 1, NULL,
	NULL, "Whose parts are exported"},
    {"feed", CONF_TEXT, EXPORT(feed), "conficker-c", true, 1, 63, NULL, NULL,
	"Of which feed; the registry must have opted in to it"},
    {"form", CONF_TEXT, EXPORT(form), "rpz", true, 1, 63, NULL, NULL,
	"One of " EXPORT_FORM_WORDS ", as cordon-export(1) explains them"},
    {"folder", CONF_TEXT, EXPORT(folder), "exports/tw-rpz", true, 1, 3000, NULL, NULL,
	"Folder, replaced whole each time, with SUFFIX.FORM for each of the registry's suffixes; "
	"relative to this file's directory"},
    {"ahead", CONF_INT, EXPORT(ahead), "0", false, 0, 400, "days", NULL,
	"Names of so many days after today"},
    {"action", CONF_TEXT, EXPORT(action), NULL, false, 1, 63, NULL, NULL,
	"Instead of every action but pass"},
    {"skip-pass", CONF_BOOL, EXPORT(skip_pass), "false", false, 0, 0, NULL, NULL,
	"Leave names out that pass, where the form cannot say so"},
    {"addresses", CONF_TEXTS, EXPORT(addresses), NULL, false, 0, 2 * POLICY_ADDRS_MAX, NULL, NULL,
	"Addresses of the sinkhole"},
    {"ns", CONF_TEXTS, EXPORT(ns), NULL, false, 0, POLICY_NS_MAX, NULL, NULL,
	"Name servers of the sinkhole"},
    {"mail", CONF_TEXT, EXPORT(mail), NULL, false, 1, 253, NULL, NULL, "RNAME of SOA records"},
    {"ttl", CONF_INT, EXPORT(ttl), "300", false, 0, 604800, "s", NULL, "TTL of records"},
    {"registered", CONF_TEXT, EXPORT(registered), NULL, false, 1, 3000, NULL, NULL,
	"Form epp: folder with a file for each suffix, that is its name, of the names that are "
	"registered there"},
    {"auth-file", CONF_TEXT, EXPORT(auth_file), NULL, false, 1, PATH_LEN_MAX, NULL, NULL,
	"Form epp: file with the authInfo of new domains in one line"},
    {"registrant", CONF_TEXT, EXPORT(registrant), NULL, false, EXPORT_ID_MIN, EXPORT_ID_MAX, NULL,
	NULL, "Form epp: registrant of new domains"},
    {"reason", CONF_TEXT, EXPORT(reason), NULL, false, 1, 255, NULL, NULL,
	"Form epp: text of each status"},
    {"contacts", CONF_TEXTS, EXPORT(contacts), NULL, false, 0, EXPORT_CONTACTS_MAX, NULL, NULL,
	"Form epp: contacts of new domains, \"admin=ID\", \"billing=ID\", \"tech=ID\""},
    {"years", CONF_INT, EXPORT(years), "0", false, 0, 99, "years", NULL,
	"Form epp: period of new domains, 0 for the registry's default"},
    {"client", CONF_BOOL, EXPORT(client), "false", false, 0, 0, NULL, NULL,
	"Form epp: a registrar's statuses, clientHold and so on"},
    {0},
};

const struct conf_section hub_sections[] = {
    {NULL, false, offsetof(struct hub_config, top), sizeof(struct config_hub), 0, top, NULL, false},
    {"transfer", false, offsetof(struct hub_config, transfer), sizeof(struct config_transfer), 0,
	transfer, "Zone transfer to registries", false},
    {"https", false, offsetof(struct hub_config, https), sizeof(struct config_https), 0, https,
	"Updates and downloads over HTTPS", false},
    {"node", false, offsetof(struct hub_config, node), sizeof(struct config_node), 0, node,
	"With role \"node\": what becomes of the parts; and how sources are asked", false},
    {"sources", true, offsetof(struct hub_config, sources), sizeof(struct config_source),
	HUB_SOURCES_MAX, source,
	"With role \"node\": hubs, mirrors and other name servers that "
	"have the parts; with role \"hub\": hubs whose updates it takes over, and mirrors of them; "
	"none "
	"of them is trusted",
	true},
    {"commands", true, offsetof(struct hub_config, commands), sizeof(struct config_command),
	HUB_COMMANDS_MAX, command,
	"With role \"node\": what is run when files in \"lists\" or \"policy\" have changed", true},
    {"publishers", true, offsetof(struct hub_config, publishers), sizeof(struct config_publisher),
	HUB_PUBLISHERS_MAX, publisher, "Who may bring updates over HTTPS", true},
    {"feeds", true, offsetof(struct hub_config, feeds), sizeof(struct config_hub_feed),
	HUB_FEEDS_MAX, feed, "Feeds that the hub takes in", true},
    {"exports", true, offsetof(struct hub_config, exports), sizeof(struct config_export),
	HUB_EXPORTS_MAX, export,
	"Files written after each update and at midnight UTC; when one cannot be, the folder "
	"before stays",
	true},
    {0},
};
