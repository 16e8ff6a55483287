#!/usr/bin/env bash
# Makes a disk of a root folder, without loop devices and without mounting anything: a kernel with initramfs and splash in
# one file, the root as a file system of its own (the slot), the EFI partition, and a GPT that holds them.
#
#   packaging/image/disk.sh ROOT FOLDER      box.img (a disk with slot A) and slot.img (for updates) in FOLDER
#
#   SLOT_MB=800     size of each of the two slots
#   CMDLINE="…"     more words for the kernel
# What is kept has no partition in the image: the first start makes one of the rest of the disk.
# Needs e2fsprogs, dosfstools, mtools, fdisk, binutils, kmod, cpio.
set -euo pipefail
cd "$(dirname "$0")"

root=$(realpath "$1")
folder=$(realpath --canonicalize-missing "$2")
readonly root folder
readonly slot_mb=${SLOT_MB:-800} esp_mb=128
mkdir -p "$folder"
work=$(mktemp -d --tmpdir="$folder")
readonly work
trap 'rm -rf "$work"' EXIT

kernel=$(find "$root/usr/lib/modules" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort --version-sort | tail -n 1)
readonly kernel
# The machines of a box: virtual ones, USB, SATA, NVMe and SD cards, keyboards. A graphics card whose driver is not here
# keeps the firmware's picture until udev finds it.
readonly modules="virtio_pci virtio_blk virtio_scsi virtio_gpu bochs crc32c_generic ext4 vfat nls_cp437 nls_iso8859-1 nls_ascii
    sd_mod ahci ata_piix nvme mmc_block sdhci_pci sdhci_acpi usb_storage uas xhci_pci ehci_pci ohci_pci usbhid hid_generic"

tree="$work/initramfs"
mkdir -p "$tree"/{bin,dev,proc,sys,run,new,data,pictures,lib/modules}
cp "$root/usr/bin/busybox" "$tree/bin/"
cp "$root/usr/lib/zhdj-tv/init" "$tree/init"
cp "$root/usr/lib/zhdj-tv/box-screen" "$tree/bin/"
cp "$root/usr/lib/zhdj-tv/pictures/"{splash,reset-done} "$tree/pictures/"
for module in $modules; do
    # One that the kernel has built in, or that this kernel does not know, is none to take along.
    chroot "$root" modprobe --set-version "$kernel" --show-depends "$module" 2>/dev/null | sed -n 's/^insmod \([^ ]*\).*/\1/p' || true
done | sort --unique >"$work/modules"
while read -r file; do
    mkdir -p "$tree/$(dirname "${file#/usr}")"
    case $file in
        *.xz) xz --decompress --stdout "$root$file" >"$tree/${file#/usr}" && mv "$tree/${file#/usr}" "$tree/$(dirname "${file#/usr}")/$(basename "$file" .xz)" ;;
        *) cp "$root$file" "$tree/${file#/usr}" ;;
    esac
done <"$work/modules"
cp "$root/usr/lib/modules/$kernel/modules."{order,builtin,builtin.modinfo} "$tree/lib/modules/$kernel/"
depmod --basedir "$tree" "$kernel"
rm -f "$tree/lib/modules/$kernel/"modules.{*.bin,symbols,devname,softdep,weakdep,order,builtin,builtin.modinfo}
(cd "$tree" && find . | cpio --quiet --create --format=newc --owner=0:0) | zstd --quiet -3 >"$work/initrd"

# One file that the firmware starts: systemd's stub, the picture, the kernel, the initramfs.
stub=$(find "$root/usr/lib/systemd/boot/efi" -name 'linux*.efi.stub' | head -n 1)
loader=$(find "$root/usr/lib/systemd/boot/efi" -name 'systemd-boot*.efi' | head -n 1)
at=0
while read -r size address; do
    end=$((16#$size + 16#$address))
    ((end <= at)) || at=$end
done < <(objdump -h "$stub" | awk 'NF == 7 && $1 ~ /^[0-9]+$/ { print $3, $4 }')
sections=()
section() {
    at=$(((at + 4095) / 4096 * 4096))
    sections+=(--add-section "$1=$2" --change-section-vma "$1=$(printf '0x%x' "$at")")
    at=$((at + $(stat --dereference --format=%s "$2")))
}
section .osrel "$root/usr/lib/os-release"
section .splash "$root/usr/lib/zhdj-tv/splash.bmp"
section .initrd "$work/initrd"
section .linux "$(find "$root/boot" -name 'vmlinuz-*' | sort --version-sort | tail -n 1)"
objcopy "${sections[@]}" "$stub" "$work/linux.efi"

cp "$work/linux.efi" "$root/usr/lib/zhdj-tv/linux.efi"
# No console on the screen (fbcon), no words on it, and no waiting for somebody to read a panic.
cmdline="quiet loglevel=3 vt.global_cursor_default=0 fbcon=map:1 panic=5 lsm=lockdown,yama ${CMDLINE:-}"
echo "$cmdline" >"$root/usr/lib/zhdj-tv/cmdline"

# The slot: nothing is written to it, so it needs no journal. /boot is empty, the kernel lies in linux.efi.

mv "$root/boot" "$work/boot"
mkdir "$root/boot"
used=$(du --summarize --apparent-size --block-size=1M "$root" | cut -f 1)
truncate --size "$((used * 107 / 100 + 24))M" "$work/slot"
mkfs.ext4 -q -L box-root -m 0 -O ^has_journal,^metadata_csum_seed,^orphan_file,^resize_inode -d "$root" "$work/slot" \
    || { rmdir "$root/boot"; mv "$work/boot" "$root/boot"; exit 1; }
rmdir "$root/boot"
mv "$work/boot" "$root/boot"
size=$(stat --format=%s "$work/slot")
if ((size > slot_mb * 1048576)); then
    echo "The root needs $((size / 1048576)) MB and a slot has $slot_mb MB (SLOT_MB)." >&2
    exit 1
fi

title=$(sed -n 's/^IMAGE_VERSION=//p' "$root/usr/lib/os-release")
truncate --size "${esp_mb}M" "$work/esp"
mkfs.vfat -F 32 -n BOX-ESP "$work/esp" >/dev/null
mmd -i "$work/esp" ::/EFI ::/EFI/BOOT ::/loader ::/loader/entries ::/box-a ::/box-b
case $loader in
    *x64.efi) mcopy -i "$work/esp" "$loader" ::/EFI/BOOT/BOOTX64.EFI ;;
    *) mcopy -i "$work/esp" "$loader" ::/EFI/BOOT/BOOTAA64.EFI ;;
esac
mcopy -i "$work/esp" "$work/linux.efi" ::/box-a/linux.efi
# Nobody gets a menu: a card reader's key at power-on would wait in it for ever.
printf 'timeout menu-disabled\neditor no\nauto-entries no\nauto-firmware no\n' | mcopy -i "$work/esp" - ::/loader/loader.conf
printf 'title %s\nsort-key box\nversion 1\nefi /box-a/linux.efi\noptions rauc.slot=A %s\n' "$title" "$cmdline" \
    | mcopy -i "$work/esp" - ::/loader/entries/box-a.conf

truncate --size "$((2 + esp_mb + slot_mb * 2))M" "$work/disk"
sfdisk --quiet "$work/disk" <<TABLE
label: gpt
start=1MiB, size=${esp_mb}MiB, type=uefi, name=box-esp
size=${slot_mb}MiB, type=linux, name=box-a
size=${slot_mb}MiB, type=linux, name=box-b
TABLE
dd if="$work/esp" of="$work/disk" bs=1M seek=1 conv=notrunc,sparse status=none
dd if="$work/slot" of="$work/disk" bs=1M seek=$((1 + esp_mb)) conv=notrunc,sparse status=none
mv "$work/disk" "$folder/box.img"
mv "$work/slot" "$folder/slot.img"
ls -ls --block-size=1M "$folder/box.img" "$folder/slot.img"
echo "kernel, initramfs and splash: $(stat --format=%s "$work/linux.efi") bytes"
