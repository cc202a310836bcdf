#!/bin/bash
# build.sh SOURCE.tar.xz OUT: builds the user-mode Linux kernel that the pins are tested on, as OUT/linux (6 MB).
# Debian: apt-get install build-essential flex bison bc xz-utils linux-source-6.12
set -euo pipefail
source=$1 out=$2 here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
work=$(mktemp -d "$out/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/source" "$work/objects"
# A third of the archive are headers and pages that nothing here is built from.
tar xJf "$source" -C "$work/source" --strip-components=1 \
  --exclude='*/Documentation/[a-z]*' --exclude='*/drivers/gpu/drm/amd/include' --exclude='*/tools/testing'
cd "$work/source"
# gpio-sim tells edges from irq_work, which user-mode Linux runs on its tick: at its own 100 Hz an edge comes 10 ms late.
sed -i '/^config HZ$/,/default/ s/default 100$/default 1000/' arch/um/Kconfig
# Each input has an interrupt of its own, and user-mode Linux keeps its 64 for itself.
sed -i 's/^#define NR_IRQS\t*UM_LAST_SIGNAL_IRQ$/#define NR_IRQS (UM_LAST_SIGNAL_IRQ + 192)/' arch/um/include/asm/irq.h
# User-mode Linux has no registers in memory, which SPI is not offered without; the virtual devices need none.
sed -i '/^menuconfig SPI$/,/^$/ {/depends on HAS_IOMEM/d}' drivers/spi/Kconfig
cp -r "$here/devices" drivers/pinbus
echo 'obj-y += pinbus/' >>drivers/Makefile
make -s ARCH=um O="$work/objects" KCONFIG_ALLCONFIG="$here/kernel.config" allnoconfig
make -s ARCH=um O="$work/objects" -j"$(nproc)" linux
strip -o "$out/linux.new" "$work/objects/linux"
mv "$out/linux.new" "$out/linux"
