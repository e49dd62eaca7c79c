/** The version of Jupyter's messaging protocol that we speak. */
export const PROTOCOL_VERSION = "5.4";
