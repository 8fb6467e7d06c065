//! sohoa (số hóa, "to digitise"): papers of Vietnamese one-stop-shop offices become
//! signed, searchable, classified electronic documents in each owner's warehouse.
//!
//! The modules are the chain, in this order; each imports only from rows above its own:
//!
//! | row | modules |
//! | --- | --- |
//! | foundation | [`base`], [`vn`] |
//! | outside standards | [`raster`], [`barcode`], [`pdf`], [`pki`], [`ocfl`] |
//! | stages | [`scanner`], [`intake`], [`preprocess`], [`ocr`], [`gate`], [`classify`], [`describe`], [`review`], [`pdfa`], [`sign`], [`deposit`] |
//! | index | [`catalog`] |
//! | assembly | [`config`], [`pipeline`], [`report`], [`cli`] |

pub mod base;
pub mod vn;

pub mod barcode;
pub mod ocfl;
pub mod pdf;
pub mod pki;
pub mod raster;

pub mod intake;
pub mod scanner;

pub mod preprocess;

pub mod ocr;

pub mod gate;

pub mod classify;
pub mod describe;
pub mod review;

pub mod pdfa;
pub mod sign;

pub mod deposit;

pub mod catalog;

pub mod cli;
pub mod config;
pub mod pipeline;
pub mod report;
