#include "control/acknowledged.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h> /* glibc has an older tcp_info */
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int
acknowledged(int fd, struct acknowledged *a)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);
	int left;

	/* Until nothing came in between. */
	do {
		a->bytes = info.tcpi_bytes_acked;
		/* Not tcpi_unacked: it is zero too when the peer has reset the connection. */
		if (ioctl(fd, SIOCOUTQ, &left) < 0 ||
		    getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
			return -errno;
	} while (a->bytes != info.tcpi_bytes_acked);
	a->written = a->bytes + (uint64_t)left;
	return 0;
}
