// Starts the components of a page. Everything here only shortens the way: each page works without it.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  PasswordInput,
  ServiceNavigation,
  SkipLink,
  createAll,
} from "govuk-frontend";
import { startAgenda } from "./agenda.js";
import { startClocks } from "./clock.js";
import { startCopy } from "./copy.js";
import { startDrafts } from "./drafts.js";
import { startFreshParts } from "./fresh.js";
import { startCurtain } from "./curtain.js";
import { startIdle } from "./idle.js";
import { startSubmitGuard } from "./submit.js";

for (const Component of [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  PasswordInput,
  ServiceNavigation,
  SkipLink,
]) {
  createAll(Component);
}
const drafts = startDrafts();
startSubmitGuard();
startCopy();
startAgenda();
startClocks();
startCurtain();
startIdle(drafts);
startFreshParts([Button, CharacterCount, Checkboxes, ErrorSummary, PasswordInput]);
