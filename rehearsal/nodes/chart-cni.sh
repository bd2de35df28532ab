# Sourced by boot.sh where pods of a chart connect those of the node. They reach into the node as agents of a CNI do, and must
# find the node there and not this machine.

# Plugins go to /opt/cni/bin, configuration to /etc/cni/net.d and /etc/sysctl.d.
layer /etc
layer /opt
need /lib/modules

# Its maps and programs, which agents know by their names.
mount -t bpf bpf /sys/fs/bpf

# Agents make no tree where there is one; made by themselves it would be that of the whole machine.
if [ -n "$cgroup" ]; then
  mkdir -p /run/cilium/cgroupv2
  mount --bind "$cgroup" /run/cilium/cgroupv2
fi

# Settings of the kernel that no namespace has its own of.
mount --bind /proc/sys/kernel /proc/sys/kernel
mount -o remount,bind,ro /proc/sys/kernel
