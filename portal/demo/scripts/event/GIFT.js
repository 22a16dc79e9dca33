// A gift a day, for players of the countries that have one.
var GIFTS = {FR: "1 dé", GB: "1 die"};
var me = Spark.getPlayer(), today = new Date().toISOString().slice(0, 10);
var gift = GIFTS[me.getSegmentValue("COUNTRY")];
if (gift && me.getPrivateData("giftOf") !== today) {
    me.setPrivateData("giftOf", today);
    Spark.message("DAILY_GIFT").setPlayerIds([me.getPlayerId()]).setMessageData({gift: gift}).send();
    Spark.setScriptData("gift", gift);
}
