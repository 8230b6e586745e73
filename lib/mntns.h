/* SPDX-License-Identifier: ISC */
/* mntns - a mount namespace as a whole: its propagation, and its root */
#ifndef NSKIT_MNTNS_H
#define NSKIT_MNTNS_H

/* Give every mount of this mount namespace the propagation `how`, MS_PRIVATE, MS_SLAVE or MS_SHARED
 * (mount_namespaces(7)). Private: no mount made here shows up elsewhere, and none from elsewhere
 * here. In a chroot too, whose "/" is no mount point: that takes CAP_SYS_CHROOT and Linux 5.8. 0,
 * or -1 with errno. */
int mntns_set_propagation(unsigned long how);

/* Make the attached mount `fd` the root of this mount namespace and of all processes in it, and
 * let go of the old one (pivot_root(2)); from a chroot too, whose "/" is no mount point. 0, or -1
 * with errno. Where pivot_root(2) refuses the root that is there, as the first one of the system,
 * an initramfs: EINVAL, or with `alone` it is laid over that, and becomes the root of this process
 * alone: 1. */
int mntns_pivot(int fd, int alone);

#endif
