# lists.sh: the lists and the configuration that the tests of the responder share; sourced after lib.sh.
cat >"$TMP/list.csv" <<'CSV'
name,from,until,action,comment
sink.example,,,,
pass.sink.example,,,pass,
blocked.com.mx,,,nxdomain,
empty.nl,,,nodata,
refused.cc,,,refuse,
silent.ws,,,drop,
xn--bcher-kva.example,,,,
may.ws,2009-05-15,2009-05-16,,
CSV
configuration() { # FURTHER-LINES: to $TMP/responder.conf
	cat >"$TMP/responder.conf" <<CONF
control = "$CTL";
now = "2009-05-15";
listen = [ "127.0.0.1:5300", "[::1]:5300" ];
policies = ( { name = "sinkhole"; a = [ "192.0.2.1", "192.0.2.2" ]; aaaa = [ "2001:db8::1" ];
               ns = [ "ns1.sinkhole.test", "ns2.sinkhole.test" ]; txt = [ "sinkholed" ]; } );
feeds = ( { name = "test"; files = [ "$TMP/list.csv" ]; action = "sinkhole"; policy = "sinkhole"; } );
$1
CONF
}
