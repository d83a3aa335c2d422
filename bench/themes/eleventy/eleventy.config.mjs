// Eleventy's settings: Markdown with footnotes, a Nunjucks layout, no templating inside Markdown.
import markdownIt from "markdown-it";
import footnote from "markdown-it-footnote";

export default function (config) {
  const markdown = markdownIt({ html: true }).use(footnote);
  config.setLibrary("md", markdown);
  config.addFilter("inline", (text) => markdown.renderInline(text));
  config.addFilter("absolute", (path) => "https://example.org/bench" + path);
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addPassthroughCopy("content/static");
  config.addPassthroughCopy("content/*/*.{txt,jsonld}");
  config.addGlobalData("layout", "explainer.njk");
  config.addCollection("explainer", (api) => api.getFilteredByGlob("content/*/index.md"));
}

export const config = {
  dir: { input: "content", includes: "../_includes", data: "../_data" },
  markdownTemplateEngine: false,
  templateFormats: ["md", "njk"],
};
