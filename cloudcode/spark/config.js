"use strict";
const { ask, context, dateOf, readable, topic, unavailable } = core;

const sections = {}; // of the game document, each once a run

function section(name) {
    return (sections[name] ||= ask("config.section", name));
}

function find(name, Type, code) {
    const item = section(name).find((each) => each.shortCode === String(code));
    return item === undefined ? null : new Type(item);
}

function list(name, Type) {
    return section(name).map((item) => new Type(item));
}

function matchConfig(code) {
    return find("matches", topic("match").SparkMatchConfig, code);
}

function propertySetOf(item) {
    return item.propertySet === null ? null : ask("properties.set", item.propertySet);
}

const SparkVirtualGood = readable(class SparkVirtualGood {
    #item;
    constructor(item) { this.#item = item; }
    getShortCode() { return this.#item.shortCode; }
    getName() { return this.#item.name; }
    getDescription() { return this.#item.description; }
    getType() { return this.#item.type === "currency" ? "CURRENCY" : "VGOOD"; }
    getMaxQuantity() { return this.#item.maxQuantity; } // 0: as many as somebody likes
    getTags() { return this.#item.tags.slice(); }
    isDisabled() { return this.#item.disabled; }
    getPropertySet() { return propertySetOf(this.#item); }
    getCurrency1Cost() { return this.#item.prices[0]; }
    getCurrency2Cost() { return this.#item.prices[1]; }
    getCurrency3Cost() { return this.#item.prices[2]; }
    getCurrency4Cost() { return this.#item.prices[3]; }
    getCurrency5Cost() { return this.#item.prices[4]; }
    getCurrency6Cost() { return this.#item.prices[5]; }
});
unavailable(SparkVirtualGood, [
    "getAmazonStoreProductId", "getBundledGoods", "getGooglePlayProductId", "getIosAppStoreProductId",
    "getPsnStoreProductId", "getSteamStoreProductId", "getW8StoreProductId", "getWP8StoreProductId",
]);

const SparkAchievement = readable(class SparkAchievement {
    #item;
    constructor(item) { this.#item = item; }
    getShortCode() { return this.#item.shortCode; }
    getName() { return this.#item.name; }
    getDescription() { return this.#item.description; }
    getPropertySet() { return propertySetOf(this.#item); }
    getVirtualGoodAward() {
        const code = this.#item.virtualGood;
        return code === null ? null : find("virtualGoods", SparkVirtualGood, code);
    }
    getCurrency1Award() { return this.#item.currencyAwards[0]; }
    getCurrency2Award() { return this.#item.currencyAwards[1]; }
    getCurrency3Award() { return this.#item.currencyAwards[2]; }
    getCurrency4Award() { return this.#item.currencyAwards[3]; }
    getCurrency5Award() { return this.#item.currencyAwards[4]; }
    getCurrency6Award() { return this.#item.currencyAwards[5]; }
});

const SparkChallengeType = readable(class SparkChallengeType {
    #item;
    constructor(item) { this.#item = item; }
    getShortCode() { return this.#item.shortCode; }
    getName() { return this.#item.name; }
    getDescription() { return this.#item.description; }
    getAttemptConsumers() { return this.#item.turnConsumers.join(","); }
    isGlobal() { return this.#item.global; }
    isTurnBased() { return this.#item.turnBased; }
});

const SparkTeamType = readable(class SparkTeamType {
    #item;
    constructor(item) { this.#item = item; }
    getShortCode() { return this.#item.shortCode; }
    getName() { return this.#item.name; }
    getSocial() { return this.#item.social; }
    getExtendedSocial() { return this.#item.extendedSocial; }
    getMaxMembers() { return this.#item.maxMembers; } // 0: no limit, in all three
    getMaxMembershipPerUser() { return this.#item.maxMemberships; }
    getMaxOwnershipPerUser() { return this.#item.maxOwnerships; }
});

const SparkSegmentValue = readable(class SparkSegmentValue {
    #item;
    constructor(item) { this.#item = item; }
    getShortCode() { return this.#item.shortCode; }
    getName() { return this.#item.name; }
    getDescription() { return this.#item.description; }
});

const SparkSegmentType = readable(class SparkSegmentType {
    #item;
    constructor(item) { this.#item = item; }
    getShortCode() { return this.#item.shortCode; }
    getName() { return this.#item.name; }
    getDescription() { return this.#item.description; }
    getValues() { return this.#item.values.map((value) => new SparkSegmentValue(value)); }
});

const SparkDownloadable = readable(class SparkDownloadable {
    #item;
    #file;
    constructor(item) { this.#item = item; }
    #known() {
        if (this.#file === undefined) this.#file = ask("config.downloadable", this.#item.shortCode) || {};
        return this.#file;
    }
    getShortCode() { return this.#item.shortCode; }
    getSize() { return this.#item.file.size; }
    getLastModified() { return dateOf(this.#known().lastModified); }
    getUrl() { return this.#known().url ?? null; }
});

const SparkConfig = readable(class SparkConfig {
    getStage() { return context.stage; }
    getApiKey() { return context.apiKey; }
    getAchievement(code) { return find("achievements", SparkAchievement, code); }
    getAchievements() { return list("achievements", SparkAchievement); }
    getChallenge(code) { return find("challenges", SparkChallengeType, code); }
    getChallenges() { return list("challenges", SparkChallengeType); }
    getDownloadable(code) { return find("downloadables", SparkDownloadable, code); }
    getDownloadables() { return list("downloadables", SparkDownloadable); }
    getMatchConfig(code) { return matchConfig(code); }
    getMatchConfigs() { return list("matches", topic("match").SparkMatchConfig); }
    getSegment(code) { return find("segments", SparkSegmentType, code); }
    getSegments() { return list("segments", SparkSegmentType); }
    getTeam(code) { return find("teams", SparkTeamType, code); }
    getTeams() { return list("teams", SparkTeamType); }
    getVirtualGood(code) { return find("virtualGoods", SparkVirtualGood, code); }
    getVirtualGoods() { return list("virtualGoods", SparkVirtualGood); }
});

return { SparkConfig, matchConfig };
