/** The models that a visitor can choose from, in this order. In Node too: tests use it. */
import { FILES } from "../models/files.js";

/** A ranker and its first stage, as opposed to one model that ranks alone. */
export const TWO_STAGES = "two-stages";

export const FIRST_MODEL = TWO_STAGES;

export const CHOICES = [TWO_STAGES, "neumf", "gmf", "autorec", "cdae", "dae", "mult-dae"];

/** The file of models/files.js that ranks. @param {string} name of CHOICES */
export const rankerOf = (name) => (name === TWO_STAGES ? "ranker-alone" : name);

/** The address of the weights that rank, relative to the page. @param {string} name of CHOICES */
export const weightsOf = (name) => `models/${FILES[rankerOf(name)].file}.safetensors`;
