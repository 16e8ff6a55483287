#!/usr/bin/env bash
# Makes a root folder of root.sh smaller and quicker to start.
#
#   packaging/image/slim.sh ROOT
#   SKIP="libs units"     leaves steps out: files libs modules caches units
#
# Needs readelf on the host and gst-inspect-1.0 in the root.
set -euo pipefail

root=$(realpath "$1")
readonly root
lib=$(find "$root/usr/lib" -maxdepth 1 -name '*-linux-gnu*' | head -n 1)
readonly lib
readonly skip=" ${SKIP:-} "
step() { [[ $skip != *" $1 "* ]]; }

# Plugins that the product names or that play what it plays.
readonly plugins=" alsa app audioconvert audiofx audiomixer audioparsers audiorate audioresample audiotestsrc autodetect avi
    coreelements deinterlace dtls hls adaptivedemux2 interleave isomp4 jpeg level libav matroska mpegtsdemux mpg123 multifile
    nice opus openh264 playback png rtp rtpmanager rtsp sctp soup srtp subparse tcp typefindfunctions udp video4linux2
    videoconvertscale videofilter videoparsersbad videorate videotestsrc vpx volume wavparse webrtc webrtcdsp x264 "

if step files; then
    # A box is never changed by apt: its slots are replaced whole.
    rm -rf "$root"/usr/share/{doc,man,info,locale,lintian,bash-completion,zsh,vim,perl5/debconf,gettext} \
        "$root"/usr/share/initramfs-tools "$root"/var/lib/{apt,dpkg/info,ucf} "$root"/var/cache/{apt,debconf} "$root"/var/log/* \
        "$root"/boot/{System.map*,config-*,initrd*} "$root"/usr/lib/{apt,initramfs-tools} \
        "$root"/usr/bin/{apt*,perl*,sqv,nmtui*,pzstd} "$root"/usr/lib/*/perl* "$root"/usr/lib/udev/hwdb.d \
        "$root"/usr/share/{alsa/speaker-test,sounds,pixmaps}
    mkdir -p "$root/var/log"
    # Character sets of captions and cards, as far as they are met here.
    for set in "$root"/usr/lib/*/gconv/*.so; do
        case ${set##*/} in GB* | UTF-* | UNICODE.so | BIG5* | EUC-CN.so | libGB.so | ISO8859-1.so | CP936.so) ;; *) rm "$set" ;; esac
    done
    chroot "$root" iconvconfig 2>/dev/null || true
    # Voices of other languages.
    data=$(find "$root/usr/lib" "$root/usr/share" -type d -name espeak-ng-data | head -n 1)
    if [[ -n $data ]]; then
        find "$data" -maxdepth 1 -name '*_dict' ! -name 'cmn_dict' ! -name 'en_dict' ! -name 'yue_dict' -delete
    fi
    rm -rf "$root"/usr/share/speech-dispatcher/locale
fi

if step libs; then
    for plugin in "$lib"/gstreamer-1.0/libgst*.so; do
        name=${plugin##*/libgst}
        [[ ${plugins//$'\n'/ } == *" ${name%.so} "* ]] || rm "$plugin"
    done
    rm -rf "$root"/usr/share/{icons,sounds,gtk-3.0,mime,xml/iso-codes,iso-codes,themes,libwacom} \
        "$root"/usr/share/fonts/opentype/noto/NotoSerif* "$root"/usr/bin/{gtk-*,gdk-*} \
        "$lib"/{gtk-3.0,gdk-pixbuf-2.0,spa-0.2,pipewire-0.3,frei0r-1,ladspa,dri,gbm,libdecor,vdpau,libgtk-3-0t64}
    # Libraries that nothing needs any more.
    python3 - "$root" "$lib" <<'SWEEP'
import os
import re
import subprocess
import sys

root, lib = sys.argv[1:]
# Opened by name by systemd, pam, glibc and the like, so that no program lists them as needed.
opened = re.compile(
    r"lib(nss_|pam|kmod|cryptsetup|seccomp|acl|blkid|mount|crypt\.|zstd|lz4|lzma|asound|bpf|idn2|p11-kit|pcre2|GB|fdisk|ssl"
    r"|crypto|apparmor|gnutls|wayland-client|X11|X11-xcb|xcb\.|Xcursor|Xi\.|xkbcommon)")
elf = {}
for folder, _, names in os.walk(root + "/usr"):
    for path in (os.path.join(folder, name) for name in names):
        if os.path.isfile(path) and not os.path.islink(path):
            with open(path, "rb") as file:
                if file.read(4) == b"\x7fELF":
                    elf[path] = [[], None]
paths = sorted(elf)
for start in range(0, len(paths), 200):
    said = subprocess.run(["readelf", "-dW", *paths[start:start + 200]], capture_output=True, text=True).stdout
    path = paths[start]
    for line in said.splitlines():
        if line.startswith("File: "):
            path = line[6:]
        elif found := re.search(r"\((NEEDED|SONAME)\).*\[(.*)\]", line):
            if found[1] == "NEEDED":
                elf[path][0].append(found[2])
            else:
                elf[path][1] = found[2]
swept = {p for p in paths if ".so" in p and os.path.dirname(p) in (lib, lib + "/lapack", lib + "/blas")}
by_name = {}
for path in swept:
    by_name.setdefault(elf[path][1] or os.path.basename(path), []).append(path)
todo = [p for p in paths if p not in swept or opened.match(os.path.basename(p))]
seen = set(todo)
while todo:
    for name in elf[todo.pop()][0]:
        new = [p for p in by_name.get(name, []) if p not in seen]
        seen.update(new)
        todo += new
for path in swept - seen:
    os.unlink(path)
print(f"{len(swept - seen)} of {len(swept)} libraries taken away")
SWEEP
    find "$lib" -maxdepth 2 -xtype l -delete # what pointed to them
    chroot "$root" ldconfig
fi

if step modules; then
    # Drivers of servers, laboratories and other buildings' networks.
    for tree in "$root"/usr/lib/modules/*/kernel; do
        (cd "$tree" && rm -rf \
            drivers/{accel,accessibility,ata/pata_*,atm,block/drbd,bluetooth/hci_vhci*,comedi,counter,crypto,cxl,dca,edac,firewire,fpga,gnss,greybus,hsi,hv,hwtracing,iio,infiniband,input/{joystick,tablet,touchscreen},iommu,ipack,isdn,mcb,md/bcache,media/{dvb-core,dvb-frontends,pci,radio,tuners,usb/{dvb-usb,dvb-usb-v2,em28xx,cx231xx,siano,ttusb*,b2c2,au0828,gspca}},memstick,message,most,mtd,net/{arcnet,can,dsa,fddi,hamradio,hippi,hyperv,ieee802154,ipvlan,plip,ppp,slip,team,thunderbolt,vmxnet3,wan,wireguard,wireless/{ath/{ath11k,ath12k},atmel,broadcom/b43legacy,intersil,zydas},wwan,xen-netback},nfc,ntb,nvdimm,parport,pcmcia,platform/x86/{dell,hp,lenovo},rapidio,soundwire,staging,target,tee,thunderbolt,ufs,uio,vdpa,vfio,vhost,w1,xen} \
            net/{9p,appletalk,atm,ax25,batman-adv,can,ceph,dccp,decnet,hsr,ieee802154,ife,l2tp,lapb,mac802154,mpls,mptcp,netrom,nfc,nsh,openvswitch,qrtr,rds,rose,rxrpc,sched,sctp,smc,sunrpc,tipc,tls,vmw_vsock,wireless/tests,x25,xdp,xfrm,netfilter,bridge,ipv4/netfilter,ipv6/netfilter,8021q} \
            fs/{9p,adfs,affs,afs,befs,bfs,btrfs,cachefiles,ceph,coda,cramfs,dlm,ecryptfs,efs,erofs,exfat,f2fs,freevxfs,gfs2,hfs,hfsplus,hpfs,isofs,jffs2,jfs,lockd,minix,netfs,nfs,nfs_common,nfsd,nilfs2,ntfs3,ocfs2,omfs,orangefs,overlayfs,pstore,qnx4,qnx6,quota,reiserfs,romfs,smb,sysv,ubifs,udf,ufs,vboxsf,xfs,zonefs} \
            sound/{firewire,isa,pci/{asihpi,cs46xx,echoaudio,emu10k1,korg1212,mixart,rme9652,ymfpci,lola,lx6464es,pcxhr,riptide,trident,vx222,ctxfi,oxygen,ice1712,aw2,ali5451,au88x0,ca0106,cs5535audio,nm256},soc/{sof,intel/avs}} virt)
        # USB memory and SATA speak SCSI; the controllers of servers go.
        find "$tree/drivers/scsi" -mindepth 1 -maxdepth 1 ! -name 'scsi_mod*' ! -name 'scsi_common*' ! -name 'sd_mod*' ! -name 'virtio_scsi*' -exec rm -rf {} + 2>/dev/null || true
        kernel=$(basename "$(dirname "$tree")")
        chroot "$root" depmod "$kernel"
    done
fi

if step caches; then
    # What a first start would make: fonts, GStreamer's registry (and no look at 50 plugins at each start).
    # mkfs.ext4 -d keeps whole seconds only and fontconfig compares nanoseconds: whole seconds before the cache is made.
    find "$root"/usr/share/fonts "$root"/usr/local/share/fonts -type d -exec touch -d @1700000000 {} + 2>/dev/null || true
    chroot "$root" fc-cache -sf 2>/dev/null || true
    chroot "$root" env HOME=/root GST_REGISTRY=/usr/lib/zhdj-tv/gstreamer.bin gst-inspect-1.0 >/dev/null
    chmod 0644 "$root/usr/lib/zhdj-tv/gstreamer.bin"
    printf 'GST_REGISTRY=/usr/lib/zhdj-tv/gstreamer.bin\nGST_REGISTRY_UPDATE=no\n' >>"$root/usr/lib/zhdj-tv/environment"
    rm -rf "$root/root/.cache"
    # Nothing to "update" at the first boot: saves ldconfig, hwdb, catalog and sysusers runs.
    chroot "$root" sh -c 'touch -r /usr /etc/.updated /var/.updated'
fi

if step units; then
    chroot "$root" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer getty.target \
        systemd-logind.service systemd-binfmt.service proc-sys-fs-binfmt_misc.automount systemd-pcrphase.service \
        systemd-pcrphase-sysinit.service systemd-pcrmachine.service systemd-tpm2-setup.service \
        systemd-tpm2-setup-early.service systemd-hibernate-clear.service systemd-pstore.service dev-hugepages.mount \
        dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
        sys-fs-fuse-connections.mount systemd-network-generator.service systemd-user-sessions.service \
        systemd-firstboot.service systemd-machine-id-commit.service systemd-sysusers.service systemd-update-done.service \
        ldconfig.service systemd-journal-catalog-update.service systemd-hwdb-update.service remote-fs.target e2scrub_all.timer \
        e2scrub_reap.service 2>/dev/null
    mkdir -p "$root/etc/systemd/system-generators"
    for file in "$root"/usr/lib/systemd/system-generators/*; do
        ln -sf /dev/null "$root/etc/systemd/system-generators/${file##*/}"
    done
fi
du --summarize --block-size=1M "$root"
