//! Offers, written after what these programs send.

/// A page in Chromium that publishes.
pub const CHROMIUM_WHIP: &str = "v=0\r
o=- 4611731400430051336 2 IN IP4 127.0.0.1\r
s=-\r
t=0 0\r
a=group:BUNDLE 0 1\r
a=extmap-allow-mixed\r
a=msid-semantic: WMS 5f1f\r
m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r
c=IN IP4 0.0.0.0\r
a=rtcp:9 IN IP4 0.0.0.0\r
a=candidate:1 1 udp 2122260223 5bb2d3f2-aaaa-bbbb-cccc-0123456789ab.local 50000 typ host generation 0\r
a=ice-ufrag:Rw2K\r
a=ice-pwd:0c6XqGkQyV8mZ3bR1tYpLs4N\r
a=ice-options:trickle\r
a=fingerprint:sha-256 11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00\r
a=setup:actpass\r
a=mid:0\r
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r
a=sendonly\r
a=msid:5f1f a0\r
a=rtcp-mux\r
a=rtcp-rsize\r
a=rtpmap:111 opus/48000/2\r
a=rtcp-fb:111 transport-cc\r
a=fmtp:111 minptime=10;useinbandfec=1\r
a=rtpmap:63 red/48000/2\r
a=fmtp:63 111/111\r
a=rtpmap:9 G722/8000\r
a=rtpmap:0 PCMU/8000\r
a=rtpmap:8 PCMA/8000\r
a=rtpmap:13 CN/8000\r
a=rtpmap:110 telephone-event/48000\r
a=rtpmap:126 telephone-event/8000\r
a=ssrc:1001 cname:kq2\r
a=ssrc:1001 msid:5f1f a0\r
m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 104 105 106 107 108 109 127 125 39 40 112 113 116 117\r
c=IN IP4 0.0.0.0\r
a=rtcp:9 IN IP4 0.0.0.0\r
a=ice-ufrag:Rw2K\r
a=ice-pwd:0c6XqGkQyV8mZ3bR1tYpLs4N\r
a=ice-options:trickle\r
a=fingerprint:sha-256 11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00\r
a=setup:actpass\r
a=mid:1\r
a=extmap:14 urn:ietf:params:rtp-hdrext:toffset\r
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r
a=extmap:13 urn:3gpp:video-orientation\r
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r
a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r
a=sendonly\r
a=msid:5f1f v0\r
a=rtcp-mux\r
a=rtcp-rsize\r
a=rtpmap:96 VP8/90000\r
a=rtcp-fb:96 goog-remb\r
a=rtcp-fb:96 transport-cc\r
a=rtcp-fb:96 ccm fir\r
a=rtcp-fb:96 nack\r
a=rtcp-fb:96 nack pli\r
a=rtpmap:97 rtx/90000\r
a=fmtp:97 apt=96\r
a=rtpmap:102 H264/90000\r
a=rtcp-fb:102 transport-cc\r
a=rtcp-fb:102 ccm fir\r
a=rtcp-fb:102 nack\r
a=rtcp-fb:102 nack pli\r
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f\r
a=rtpmap:103 rtx/90000\r
a=fmtp:103 apt=102\r
a=rtpmap:104 H264/90000\r
a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f\r
a=rtpmap:105 rtx/90000\r
a=fmtp:105 apt=104\r
a=rtpmap:106 H264/90000\r
a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f\r
a=rtpmap:107 rtx/90000\r
a=fmtp:107 apt=106\r
a=rtpmap:108 H264/90000\r
a=rtcp-fb:108 goog-remb\r
a=rtcp-fb:108 transport-cc\r
a=rtcp-fb:108 ccm fir\r
a=rtcp-fb:108 nack\r
a=rtcp-fb:108 nack pli\r
a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r
a=rtpmap:109 rtx/90000\r
a=fmtp:109 apt=108\r
a=rtpmap:127 H264/90000\r
a=fmtp:127 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f\r
a=rtpmap:125 rtx/90000\r
a=fmtp:125 apt=127\r
a=rtpmap:112 H264/90000\r
a=fmtp:112 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f\r
a=rtpmap:113 rtx/90000\r
a=fmtp:113 apt=112\r
a=ssrc-group:FID 2001 2002\r
a=ssrc:2001 cname:kq2\r
a=ssrc:2001 msid:5f1f v0\r
a=ssrc:2002 cname:kq2\r
a=ssrc:2002 msid:5f1f v0\r
";

/// A page in Chromium that watches, with a data channel between the two.
pub const CHROMIUM_WHEP: &str = "v=0\r
o=- 7612034981237 2 IN IP4 127.0.0.1\r
s=-\r
t=0 0\r
a=group:BUNDLE 0 1 2\r
a=extmap-allow-mixed\r
a=msid-semantic: WMS\r
m=video 9 UDP/TLS/RTP/SAVPF 96 97 106 107 108 109\r
c=IN IP4 0.0.0.0\r
a=rtcp:9 IN IP4 0.0.0.0\r
a=ice-ufrag:t9Qx\r
a=ice-pwd:abcdefghijklmnopqrstuvwx\r
a=ice-options:trickle\r
a=fingerprint:sha-256 11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00\r
a=setup:actpass\r
a=mid:0\r
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r
a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid\r
a=recvonly\r
a=rtcp-mux\r
a=rtcp-rsize\r
a=rtpmap:96 VP8/90000\r
a=rtpmap:97 rtx/90000\r
a=fmtp:97 apt=96\r
a=rtpmap:106 H264/90000\r
a=rtcp-fb:106 goog-remb\r
a=rtcp-fb:106 transport-cc\r
a=rtcp-fb:106 ccm fir\r
a=rtcp-fb:106 nack\r
a=rtcp-fb:106 nack pli\r
a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r
a=rtpmap:107 rtx/90000\r
a=fmtp:107 apt=106\r
a=rtpmap:108 H264/90000\r
a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f\r
a=rtpmap:109 rtx/90000\r
a=fmtp:109 apt=108\r
m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r
c=IN IP4 0.0.0.0\r
a=ice-ufrag:t9Qx\r
a=ice-pwd:abcdefghijklmnopqrstuvwx\r
a=fingerprint:sha-256 11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00\r
a=setup:actpass\r
a=mid:1\r
a=sctp-port:5000\r
a=max-message-size:262144\r
m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r
c=IN IP4 0.0.0.0\r
a=rtcp:9 IN IP4 0.0.0.0\r
a=ice-ufrag:t9Qx\r
a=ice-pwd:abcdefghijklmnopqrstuvwx\r
a=fingerprint:sha-256 11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00\r
a=setup:actpass\r
a=mid:2\r
a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid\r
a=recvonly\r
a=rtcp-mux\r
a=rtpmap:111 opus/48000/2\r
a=rtcp-fb:111 transport-cc\r
a=fmtp:111 minptime=10;stereo=1;useinbandfec=1\r
a=rtpmap:63 red/48000/2\r
a=fmtp:63 111/111\r
";

/// webrtcbin of GStreamer 1.22 behind x264enc and opusenc.
pub const GSTREAMER_WHIP: &str = "v=0\r
o=- 4563210 0 IN IP4 0.0.0.0\r
s=-\r
t=0 0\r
a=ice-options:trickle\r
a=group:BUNDLE video0 audio1\r
m=video 9 UDP/TLS/RTP/SAVPF 96 97\r
c=IN IP4 0.0.0.0\r
a=setup:actpass\r
a=ice-ufrag:Gx+/0123456789abcdef\r
a=ice-pwd:Qq0123456789abcdef0123456789abcd\r
a=rtcp-mux\r
a=rtcp-rsize\r
a=sendonly\r
a=rtpmap:96 H264/90000\r
a=rtcp-fb:96 nack\r
a=rtcp-fb:96 nack pli\r
a=rtcp-fb:96 ccm fir\r
a=framerate:25\r
a=fmtp:96 packetization-mode=1;profile-level-id=42c01f\r
a=rtpmap:97 rtx/90000\r
a=fmtp:97 apt=96\r
a=ssrc-group:FID 3735928559 12345678\r
a=ssrc:3735928559 msid:user1 webrtctransceiver0\r
a=ssrc:3735928559 cname:user1\r
a=ssrc:12345678 msid:user1 webrtctransceiver0\r
a=ssrc:12345678 cname:user1\r
a=mid:video0\r
a=fingerprint:sha-256 11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00\r
a=candidate:1 1 UDP 2015363327 10.0.0.9 43210 typ host\r
a=candidate:2 1 TCP 1015021823 10.0.0.9 9 typ host tcptype active\r
a=end-of-candidates\r
m=audio 0 UDP/TLS/RTP/SAVPF 111\r
c=IN IP4 0.0.0.0\r
a=setup:actpass\r
a=ice-ufrag:Gx+/0123456789abcdef\r
a=ice-pwd:Qq0123456789abcdef0123456789abcd\r
a=bundle-only\r
a=rtcp-mux\r
a=rtcp-rsize\r
a=sendonly\r
a=rtpmap:111 OPUS/48000/2\r
a=fmtp:111 sprop-stereo=1;sprop-maxcapturerate=48000\r
a=ssrc:4042322160 msid:user1 webrtctransceiver1\r
a=ssrc:4042322160 cname:user1\r
a=mid:audio1\r
a=fingerprint:sha-256 11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00\r
";

/// webrtcbin of GStreamer 1.22 with two receiving transceivers.
pub const GSTREAMER_WHEP: &str = "v=0\r
o=- 998877 0 IN IP4 0.0.0.0\r
s=-\r
t=0 0\r
a=ice-options:trickle\r
a=group:BUNDLE video0 audio1\r
m=video 9 UDP/TLS/RTP/SAVPF 102 103\r
c=IN IP4 0.0.0.0\r
a=setup:actpass\r
a=ice-ufrag:zzYX0123456789abcdef\r
a=ice-pwd:Aa0123456789abcdef0123456789abcd\r
a=rtcp-mux\r
a=rtcp-rsize\r
a=recvonly\r
a=rtpmap:102 H264/90000\r
a=rtcp-fb:102 nack\r
a=rtcp-fb:102 nack pli\r
a=rtcp-fb:102 ccm fir\r
a=fmtp:102 profile-level-id=42e01f;packetization-mode=1\r
a=rtpmap:103 rtx/90000\r
a=fmtp:103 apt=102\r
a=mid:video0\r
a=fingerprint:sha-256 11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00\r
m=audio 0 UDP/TLS/RTP/SAVPF 111\r
c=IN IP4 0.0.0.0\r
a=setup:actpass\r
a=ice-ufrag:zzYX0123456789abcdef\r
a=ice-pwd:Aa0123456789abcdef0123456789abcd\r
a=bundle-only\r
a=rtcp-mux\r
a=recvonly\r
a=rtpmap:111 OPUS/48000/2\r
a=mid:audio1\r
a=fingerprint:sha-256 11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00\r
";

/// OBS Studio: attributes of the session, no retransmission format, audio first.
pub const OBS_WHIP: &str = "v=0\r
o=rtc 3184512334 0 IN IP4 127.0.0.1\r
s=-\r
t=0 0\r
a=group:BUNDLE 0 1\r
a=group:LS 0 1\r
a=msid-semantic:WMS *\r
a=setup:actpass\r
a=ice-ufrag:SrWq\r
a=ice-pwd:Q3lOxwGfDbT0eYzHjKpUvN\r
a=ice-options:ice2,trickle\r
a=fingerprint:sha-256 11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00\r
m=audio 56789 UDP/TLS/RTP/SAVPF 111\r
c=IN IP4 192.168.1.20\r
a=mid:0\r
a=sendonly\r
a=ssrc:2555555555 cname:obs\r
a=ssrc:2555555555 msid:obs obs-audio\r
a=msid:obs obs-audio\r
a=rtcp-mux\r
a=rtpmap:111 opus/48000/2\r
a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1\r
a=candidate:1 1 UDP 2122317823 192.168.1.20 56789 typ host\r
a=end-of-candidates\r
m=video 56789 UDP/TLS/RTP/SAVPF 96\r
c=IN IP4 192.168.1.20\r
a=mid:1\r
a=sendonly\r
a=ssrc:2555555556 cname:obs\r
a=ssrc:2555555556 msid:obs obs-video\r
a=msid:obs obs-video\r
a=rtcp-mux\r
a=rtpmap:96 H264/90000\r
a=rtcp-fb:96 nack\r
a=rtcp-fb:96 nack pli\r
a=rtcp-fb:96 goog-remb\r
a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1\r
";
