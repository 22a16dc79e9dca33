"use strict";
const { ask, dateOf, isArray, readable, saveAll } = core;

const SparkBulkJob = readable(class SparkBulkJob {
    #job;
    constructor(job) { this.#job = job; }
    getId() { return this.#job.id; }
    getPlayerQuery() { return this.#job.query; }
    getModuleShortCode() { return this.#job.module; }
    getScript() { return this.#job.script; }
    getData() { return this.#job.data; }
    getCreated() { return dateOf(this.#job.created); }
    getScheduledTime() { return dateOf(this.#job.scheduled); }
    getStarted() { return dateOf(this.#job.started); }
    getCompleted() { return dateOf(this.#job.completed); }
    getEstimatedCount() { return this.#job.estimated; }
    getActualCount() { return this.#job.actual; }
    getDoneCount() { return this.#job.done; }
    getErrorCount() { return this.#job.errors; }
});

// What the job reads later must be what was set before.
function submit(playerQuery, module, script, data, delaySeconds) {
    saveAll();
    const given = data === undefined ? null : data;
    return ask("bulk.submit", playerQuery ?? {}, module, script, given, Number(delaySeconds ?? 0));
}

const SparkBulkScheduler = readable(class SparkBulkScheduler {
    submitJobModule(playerQuery, module, data, delaySeconds) {
        return submit(playerQuery, String(module), "", data, delaySeconds);
    }
    submitJobScript(playerQuery, script, data, delaySeconds) {
        return submit(playerQuery, "", String(script), data, delaySeconds);
    }
    listBulkJobs(jobIds) {
        const ids = jobIds === undefined || jobIds === null ? [] : isArray(jobIds) ? jobIds : [jobIds];
        return ask("bulk.list", ids.map(String)).map((job) => new SparkBulkJob(job));
    }
    cancelJob(jobId) { return ask("bulk.cancel", String(jobId)); }
});

return { SparkBulkScheduler };
