#!/bin/bash
# The first process of a node, in namespaces of its own for mounts, processes and the host name: makes the mounts that are
# to be the node's own, then keeps containerd, kubelet and kube-proxy running until it is killed.
#
# boot.sh FOLDER NAME ADDRESS MTU KUBELET KUBE_PROXY CONTAINERD CNI CGROUP
# FOLDER has the node's configuration, and takes its logs. CNI says who connects pods: node, or chart. CGROUP is the node's
# folder in the tree of version 2, or empty.
set -eu
folder=$1 name=$2 address=$3 mtu=$4 kubelet=$5 kube_proxy=$6 containerd=$7
cni=$8 cgroup=$9

hostname "$name"
ip link set eth0 mtu "$mtu"
mount --make-rshared /

# A folder of this machine with a layer of the node's own above it: what is written there stays with the node.
layer() {
  mkdir -p "$folder/layers$1/upper" "$folder/layers$1/work"
  mount -t overlay -o "lowerdir=$1,upperdir=$folder/layers$1/upper,workdir=$folder/layers$1/work" overlay "$1"
}

# A folder that must be there, and that this machine may not have.
need() {
  [ -d "$1" ] && return
  layer "$(realpath "$(dirname "$1")")"
  # It is there when the node was off in between: the layer stays.
  mkdir -p "$1"
}

# Where kubelets, containerd and iptables have paths that no setting changes.
need /var/lib/kubelet
for own in /var/log /run; do
  mount -t tmpfs tmpfs "$own"
done
# The kubelet's sockets need a short path, and what pods keep must be there after the node was off.
mkdir -p "$folder/kubelet"
mount --bind "$folder/kubelet" /var/lib/kubelet

if [ "$cni" = chart ]; then
  . "$(dirname "$0")/chart-cni.sh"
fi

# It may be a link to something below /run.
resolv=$(readlink -m /etc/resolv.conf)
mkdir -p "$(dirname "$resolv")"
[ -e "$resolv" ] || : >"$resolv"
mount --bind "$folder/resolv.conf" "$resolv"

export PATH="$(dirname "$containerd"):$PATH"

# As systemd would, it starts again what ends.
keep() {
  log=$1
  shift
  while :; do
    "$@" >>"$folder/$log.log" 2>&1 || true
    sleep 1
  done
}

keep containerd "$containerd" --config "$folder/containerd.toml" &
keep kubelet "$kubelet" --config "$folder/kubelet.yaml" --kubeconfig "$folder/kubelet.kubeconfig" \
  --root-dir /var/lib/kubelet --cert-dir "$folder/pki" --hostname-override "$name" --node-ip "$address" &
keep kube-proxy "$kube_proxy" --config "$folder/kube-proxy.yaml" &

# What has lost its parent is waited for here.
while :; do
  wait -n 2>/dev/null || sleep 1
done
