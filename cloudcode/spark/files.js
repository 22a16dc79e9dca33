"use strict";
const { ask, readable, unavailable } = core;

const SparkFiles = readable(class SparkFiles {
    downloadableJson(shortCode) { return ask("files.downloadable", String(shortCode)); }
    uploadedJson(uploadId) { return ask("files.uploaded", String(uploadId)); }
    deleteUploadedFile(uploadId) { return ask("files.deleteUploaded", String(uploadId)); }
});
unavailable(SparkFiles, ["downloadableXml", "uploadedXml"]);

return { SparkFiles };
