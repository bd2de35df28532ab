#!/bin/bash
# The first process of a node, in namespaces of its own for mounts, processes and the host name: makes the mounts that are
# to be the node's own, then keeps containerd, kubelet and kube-proxy running until it is killed.
#
# boot.sh FOLDER NAME ADDRESS MTU KUBELET KUBE_PROXY CONTAINERD
# FOLDER has the node's configuration, and takes its logs.
set -eu
folder=$1 name=$2 address=$3 mtu=$4 kubelet=$5 kube_proxy=$6 containerd=$7

hostname "$name"
ip link set eth0 mtu "$mtu"
mount --make-rshared /

# Where kubelets, containerd and iptables have paths that no setting changes. A folder that this machine does not have is
# made on a layer above its own.
if ! [ -d /var/lib/kubelet ]; then
  mkdir -p "$folder/var-lib/upper" "$folder/var-lib/work"
  mount -t overlay -o "lowerdir=/var/lib,upperdir=$folder/var-lib/upper,workdir=$folder/var-lib/work" overlay /var/lib
  mkdir -p /var/lib/kubelet
fi
for own in /var/log /run; do
  mount -t tmpfs tmpfs "$own"
done
# The kubelet's sockets need a short path, and what pods keep must be there after the node was off.
mkdir -p "$folder/kubelet"
mount --bind "$folder/kubelet" /var/lib/kubelet

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
