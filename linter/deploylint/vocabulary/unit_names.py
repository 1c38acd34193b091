"""Units that systemd and common packages bring (systemd.special(7); unit files of Debian, Fedora and upstreams)."""

_OF_SYSTEMD = """
    basic.target blockdev@.target bluetooth.target boot-complete.target cryptsetup.target cryptsetup-pre.target
    ctrl-alt-del.target default.target display-manager.service emergency.target exit.target factory-reset.target
    final.target first-boot-complete.target getty.target getty-pre.target getty@.service graphical.target
    graphical-session.target graphical-session-pre.target halt.target hibernate.target hybrid-sleep.target
    initrd.target initrd-fs.target initrd-root-device.target initrd-root-fs.target initrd-switch-root.target
    integritysetup.target kbrequest.target kexec.target local-fs.target local-fs-pre.target machines.target
    multi-user.target network.target network-online.target network-pre.target nss-lookup.target
    nss-user-lookup.target paths.target poweroff.target printer.target reboot.target remote-cryptsetup.target
    remote-fs.target remote-fs-pre.target remote-veritysetup.target rescue.target rpcbind.target runlevel0.target
    runlevel1.target runlevel2.target runlevel3.target runlevel4.target runlevel5.target runlevel6.target
    shutdown.target sigpwr.target sleep.target slices.target smartcard.target sockets.target soft-reboot.target
    sound.target ssh-access.target storage-target-mode.target suspend.target suspend-then-hibernate.target
    swap.target sysinit.target system-update.target system-update-pre.target time-set.target time-sync.target
    timers.target tpm2.target umount.target usb-gadget.target user.target veritysetup.target
    -.mount -.slice init.scope machine.slice system.slice user.slice app.slice background.slice session.slice
    boot.mount dev-hugepages.mount dev-mqueue.mount proc-sys-fs-binfmt_misc.automount
    proc-sys-fs-binfmt_misc.mount run-lock.mount sys-fs-fuse-connections.mount sys-kernel-config.mount
    sys-kernel-debug.mount sys-kernel-tracing.mount tmp.mount
    console-getty.service container-getty@.service debug-shell.service emergency.service kmod-static-nodes.service
    rescue.service serial-getty@.service user-runtime-dir@.service user@.service
    ldconfig.service systemd-ask-password-console.service systemd-boot-check-no-failures.service
    systemd-coredump.socket systemd-fsck-root.service systemd-fsck@.service systemd-hostnamed.service
    systemd-initctl.socket systemd-journal-flush.service systemd-journal-gatewayd.service
    systemd-journal-remote.service systemd-journal-upload.service systemd-journald-audit.socket
    systemd-journald-dev-log.socket systemd-journald.service systemd-journald.socket systemd-localed.service
    systemd-logind.service systemd-machined.service systemd-modules-load.service
    systemd-networkd-wait-online.service systemd-networkd-wait-online@.service systemd-networkd.service
    systemd-networkd.socket systemd-oomd.service systemd-quotacheck.service systemd-random-seed.service
    systemd-remount-fs.service systemd-resolved.service systemd-rfkill.service systemd-sysctl.service
    systemd-sysext.service systemd-sysusers.service systemd-time-wait-sync.service systemd-timedated.service
    systemd-timesyncd.service systemd-tmpfiles-clean.service systemd-tmpfiles-clean.timer
    systemd-tmpfiles-setup-dev.service systemd-tmpfiles-setup.service systemd-udev-settle.service
    systemd-udev-trigger.service systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udevd.service
    systemd-update-done.service systemd-update-utmp.service systemd-user-sessions.service syslog.service
    syslog.socket
"""

_OF_PACKAGES = """
    acpid.service alertmanager.service anacron.service apache2.service apparmor.service apt-daily-upgrade.timer
    apt-daily.timer atd.service auditd.service autofs.service avahi-daemon.service avahi-daemon.socket
    beanstalkd.service bind9.service bluetooth.service caddy.service cassandra.service celery.service
    celerybeat.service certbot.service certbot.timer chrony.service chronyd.service clickhouse-server.service
    cloud-config.service cloud-config.target cloud-final.service cloud-init-local.service cloud-init.service
    cloud-init.target consul.service containerd.service couchdb.service cron.service crond.service cups.service
    daphne.service dbus.service dbus.socket dhcpcd.service dnsmasq.service docker.service docker.socket
    dovecot.service elasticsearch.service etcd.service exim4.service fail2ban.service fcgiwrap.service
    fcgiwrap.socket firewalld.service gdm.service grafana-server.service gunicorn.service gunicorn.socket
    haproxy.service httpd.service influxdb.service ip6tables.service iptables.service kafka.service
    keepalived.service kibana.service kubelet.service libvirtd.service lightdm.service logrotate.service
    logrotate.timer logstash.service lxcfs.service mariadb.service memcached.service memcached@.service
    minio.service mongod.service mongodb.service mosquitto.service mysql.service mysql@.service mysqld.service
    named.service netdata.service NetworkManager-dispatcher.service NetworkManager-wait-online.service
    NetworkManager.service networking.service nfs-client.target nfs-kernel-server.service nfs-mountd.service
    nfs-server.service nftables.service nginx.service nmbd.service node_exporter.service nscd.service
    nslcd.service ntp.service ntpd.service ntpsec.service opensearch.service openvpn.service openvpn@.service
    openvpn-client@.service openvpn-server@.service pgbouncer.service php-fpm.service php7.4-fpm.service
    php8.1-fpm.service php8.2-fpm.service php8.3-fpm.service php8.4-fpm.service plymouth-quit.service
    plymouth-start.service podman.service podman.socket polkit.service postfix.service postfix@.service
    postgresql.service postgresql@.service prometheus-node-exporter.service prometheus.service proftpd.service
    qemu-guest-agent.service rabbitmq-server.service rc-local.service redis-sentinel.service
    redis-server.service redis-server@.service redis.service redis@.service rpcbind.service rpcbind.socket
    rsync.service rsyslog.service saslauthd.service slapd.service smbd.service snapd.seeded.service
    snapd.service snapd.socket snmpd.service solr.service squid.service ssh.service ssh.socket ssh@.service
    sshd.service sshd.socket sshd@.service sssd.service stunnel4.service supervisor.service supervisord.service
    syslog-ng.service syslog-ng@.service tailscaled.service telegraf.service tor.service traefik.service
    udev.service ufw.service unattended-upgrades.service unbound.service uwsgi.service uwsgi@.service
    valkey-server.service valkey.service valkey@.service varnish.service vault.service virtqemud.service
    vsftpd.service wg-quick@.service wpa_supplicant.service wpa_supplicant@.service xinetd.service
    ypbind.service zookeeper.service
"""

WELL_KNOWN_UNITS = frozenset((_OF_SYSTEMD + _OF_PACKAGES).split())
