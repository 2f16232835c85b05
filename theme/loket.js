// Progressive enhancement only: every page works without this file.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  Radios,
  SkipLink,
  createAll,
  isSupported,
} from "govuk-frontend";
import { initPlaces } from "./place.js";
import { initStep } from "./step.js";
import { createSearchSelects } from "./search_select.js";
import { watchTimeouts } from "./timeout.js";
import { enhanceUploads } from "./uploads.js";
import { initTowns } from "./towns.js";

// The components look for this class; an inline script that sets it earlier would break our content security policy.
document.body.classList.add("js-enabled", "govuk-frontend-supported");

if (isSupported()) {
  for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink]) {
    createAll(component);
  }
  createSearchSelects();
}

initStep();
initPlaces();
initTowns();
watchTimeouts();
enhanceUploads();
