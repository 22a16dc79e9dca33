RTSession.onPacket(1, function () {});
